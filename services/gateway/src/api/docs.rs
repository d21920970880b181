//! What the API says of itself: OpenAPI, a page to browse it, and that it is alive.

use axum::{
    Router,
    http::{HeaderValue, header},
    routing::get,
};
use tower::ServiceBuilder;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::{
    Components, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathsBuilder,
    SecurityRequirement,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_swagger_ui::SwaggerUi;

use super::problem;

/// The page's own scripts and styles, which come with it, and nothing else.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The document without its routes, which add themselves.
pub(super) fn base() -> OpenApi {
    let mut components = Components::new();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The token of a sign-in: `ph_…`"))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let cookie = "For pages. Anything but GET is taken from our own origin only. Named `__Host-phien` over https, `phien` on http.";
    components.add_security_scheme(
        "cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            "__Host-phien",
            cookie,
        ))),
    );
    components.schemas.extend(problem::schemas());
    let info = InfoBuilder::new()
        .title("Phiên")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("docs/about.md")))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0")
                .identifier(Some("Apache-2.0"))
                .build(),
        ))
        .build();
    let nothing = Vec::<String>::new();
    OpenApiBuilder::new()
        .info(info)
        .paths(PathsBuilder::new())
        .components(Some(components))
        .security(Some([
            SecurityRequirement::new("bearer", nothing.clone()),
            SecurityRequirement::new("cookie", nothing),
        ]))
        .build()
}

/// Names every operation by its method and path: handlers of different nouns have the same names.
pub(super) fn named(mut api: OpenApi) -> OpenApi {
    for (path, item) in &mut api.paths.paths {
        let verbs = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
        ];
        for (verb, operation) in verbs {
            if let Some(operation) = operation {
                let words = path
                    .trim_start_matches("/v1/")
                    .split(|letter: char| !letter.is_alphanumeric());
                let words = words.filter(|word| !word.is_empty()).collect::<Vec<_>>();
                operation.operation_id = Some(format!("{verb}_{}", words.join("_")));
            }
        }
    }
    api
}

/// The pages about the API; none of them knows who asks.
pub(super) fn router(description: OpenApi) -> Router {
    let policy = SetResponseHeaderLayer::overriding(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(DOCS_POLICY),
    );
    let browsable = Router::from(SwaggerUi::new("/docs").url("/openapi.json", description));
    Router::new()
        .merge(browsable.layer(ServiceBuilder::new().layer(policy)))
        .route("/healthz", get(async || "ok\n"))
}
