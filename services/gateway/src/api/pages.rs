//! The pages of people: files that `npm run build` left in a folder.
//!
//! A page draws itself by its address, so every address that is nothing else gets the same HTML.

use std::path::{Path, PathBuf};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use super::problem::Problem;

/// Their own scripts, styles and pictures, and nothing of anybody else; `blob:` shows a photo before it is sent, and
/// video that a script puts together.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'",
);
const PERMISSIONS: HeaderValue =
    HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=()");
/// The name changes with what is in it.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Kept, but never used without asking whether it is the newest.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");
/// What is never a page, wherever below it.
const NO_PAGES: &[&str] = &[
    "v1", "docs", "bench", "assets", "video", "problems", "healthz", "readyz", "metrics",
];

const NOT_BUILT: &str = include_str!("docs/welcome.html");

/// Serves the pages in `folder`, and says how to build them when they are not there.
pub(super) fn router(folder: &Path) -> Router {
    let files = |folder: PathBuf| {
        ServeDir::new(folder)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip()
    };
    let assets = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            FOR_GOOD,
        ))
        .service(files(folder.join("assets")));
    let pages = Pages {
        files: files(folder.to_owned()),
        page: ServeFile::new(folder.join("index.html"))
            .precompressed_br()
            .precompressed_gzip(),
    };
    Router::new()
        .nest_service("/assets", assets)
        .fallback(serve)
        .with_state(pages)
}

#[derive(Debug, Clone)]
struct Pages {
    files: ServeDir,
    page: ServeFile,
}

async fn serve(State(pages): State<Pages>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let answer = match asks_for(request.method(), &path, request.headers()) {
        Asked::Nothing => return Problem::nothing_here().into_response(),
        Asked::File => pages
            .files
            .oneshot(request)
            .await
            .map(|file| file.map(Body::new)),
        Asked::Page => pages
            .page
            .oneshot(request)
            .await
            .map(|file| file.map(Body::new)),
    };
    let mut answer = answer.unwrap_or_else(|never| match never {});
    if answer.status() == StatusCode::NOT_FOUND {
        return if path == "/" {
            Html(NOT_BUILT).into_response()
        } else {
            Problem::nothing_here().into_response()
        };
    }
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, ASK_FIRST);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    answer
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Page,
    File,
    Nothing,
}

fn asks_for(method: &Method, path: &str, headers: &HeaderMap) -> Asked {
    let first = path.trim_start_matches('/').split('/').next();
    if !matches!(*method, Method::GET | Method::HEAD)
        || first.is_some_and(|first| NO_PAGES.contains(&first))
    {
        return Asked::Nothing;
    }
    if path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'))
    {
        return Asked::File;
    }
    // A program that mistyped an address of the API is not told a page.
    let by_a_person = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains("text/html"));
    if path == "/" || by_a_person {
        Asked::Page
    } else {
        Asked::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &Method, path: &str, accept: &'static str) -> Asked {
        let headers = [(header::ACCEPT, HeaderValue::from_static(accept))];
        asks_for(method, path, &headers.into_iter().collect())
    }

    #[test]
    fn only_addresses_of_pages_are_pages() {
        let get = |path| asked(&Method::GET, path, "text/html,*/*;q=0.8");
        for page in ["/", "/s/ses_1", "/orders", "/host/ses_1", "/v10"] {
            assert_eq!(get(page), Asked::Page, "{page}");
        }
        for file in ["/sw.js", "/manifest.webmanifest", "/favicon.ico"] {
            assert_eq!(get(file), Asked::File, "{file}");
        }
        for nothing in ["/v1/nothing", "/v1", "/docs/none", "/metrics", "/healthz/x"] {
            assert_eq!(get(nothing), Asked::Nothing, "{nothing}");
        }
    }

    #[test]
    fn programs_get_no_page() {
        assert_eq!(asked(&Method::GET, "/order", "*/*"), Asked::Nothing);
        assert_eq!(asked(&Method::GET, "/", "*/*"), Asked::Page);
        assert_eq!(asked(&Method::POST, "/orders", "text/html"), Asked::Nothing);
    }
}
