//! Signing in and out.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};
use axum_extra::extract::cookie::{Cookie, SameSite};
use chassis::refusal::Refusal;
use secrecy::ExposeSecret as _;
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, SignedIn},
    json::Json,
    middleware::Came,
    problem::{Answer, Problem, Refused},
    routes,
};
use crate::{
    Ctx,
    app::{
        add_member::username_of, confirm_code::confirm_code, request_code::request_code,
        sign_in::SignedIn as JustSignedIn, sign_in_with_password::sign_in_with_password,
        sign_out::sign_out,
    },
    config::Config,
    domain::code::LIFETIME,
    wire::people::{
        Account, CodeBody, CodeSent, PasswordBody, PhoneBody, SignedIn as SignedInBody,
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(ask_for_code))
        .routes(routes!(confirm))
        .routes(routes!(with_password))
        .routes(routes!(out))
}

/// Counts attempts of an address before anything else is read.
struct Attempt;

impl FromRequestParts<Ctx> for Attempt {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Answer<Self> {
        let address = Came::of(parts).from;
        ctx.limits.sign_in(address)?;
        Ok(Self)
    }
}

/// Ask for a code by phone.
///
/// The answer is the same whether the phone is known or not.
#[utoipa::path(
    post, path = "/v1/sign-in/phone", tag = "sign-in", request_body = PhoneBody, security(()),
    responses((status = 202, description = "A code is on its way", body = CodeSent), Refused),
)]
async fn ask_for_code(
    asker: Asker<Anybody>,
    _: Attempt,
    Json(body): Json<PhoneBody>,
) -> Answer<impl IntoResponse> {
    asker.ctx.limits.code()?;
    let id = request_code(&asker.ctx, &body.phone).await?;
    let sent = CodeSent {
        sign_in_id: id.to_string(),
        expires_in_seconds: LIFETIME.num_seconds(),
    };
    Ok((StatusCode::ACCEPTED, Json(sent)))
}

/// Sign in by the code that came to the phone.
#[utoipa::path(
    post, path = "/v1/sign-in/phone/confirm", tag = "sign-in", request_body = CodeBody, security(()),
    responses((status = 200, description = "Signed in", body = SignedInBody), Refused),
)]
async fn confirm(
    asker: Asker<Anybody>,
    _: Attempt,
    Json(body): Json<CodeBody>,
) -> Answer<impl IntoResponse> {
    let id = body.sign_in_id.parse().map_err(|_| {
        Refusal::field(
            "sign_in_id",
            "Không phải mã của một lần đăng nhập.",
            "Not the id of a sign-in.",
        )
    })?;
    let signed_in = confirm_code(&asker.ctx, id, &body.code, body.name.as_deref()).await?;
    Ok(welcome(&asker.ctx.config, &signed_in))
}

/// Sign in by username and password.
#[utoipa::path(
    post, path = "/v1/sign-in/password", tag = "sign-in", request_body = PasswordBody, security(()),
    responses((status = 200, description = "Signed in", body = SignedInBody), Refused),
)]
async fn with_password(
    asker: Asker<Anybody>,
    _: Attempt,
    Json(body): Json<PasswordBody>,
) -> Answer<impl IntoResponse> {
    let username = username_of("username", &body.username)?;
    asker.ctx.limits.password(&username)?;
    let signed_in = sign_in_with_password(&asker.ctx, &username, body.password).await?;
    Ok(welcome(&asker.ctx.config, &signed_in))
}

/// Sign out: the token ends at once.
#[utoipa::path(
    post, path = "/v1/sign-out", tag = "sign-in",
    responses((status = 204, description = "Signed out"), Refused),
)]
async fn out(asker: Asker<SignedIn>) -> Answer<impl IntoResponse> {
    let account = asker.signed_in()?.identity.account_id;
    if let Some(token) = asker.token() {
        sign_out(&asker.ctx, account, token).await?;
    }
    let gone = cookie(&asker.ctx.config, String::new(), 0);
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, gone)]),
    ))
}

fn welcome(config: &Config, signed_in: &JustSignedIn) -> impl IntoResponse + use<> {
    let token = signed_in.token.expose_secret().to_owned();
    let cookie = cookie(config, token.clone(), signed_in.lifetime.num_seconds());
    let body = SignedInBody {
        token,
        account: Account::from(&signed_in.known.identity),
    };
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Json(body))
}

fn cookie(config: &Config, token: String, seconds: i64) -> HeaderValue {
    // Seconds as a plain attribute: the cookie library would bring in a second time library.
    let cookie = Cookie::build((config.cookie_name(), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(config.public_url.secure);
    HeaderValue::from_str(&format!("{}; Max-Age={seconds}", cookie.build()))
        .expect("a token is plain ASCII")
}
