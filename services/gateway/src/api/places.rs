//! The provinces and communes of Viet Nam since 2025-07-01.

use axum::{
    http::{HeaderValue, header},
    response::IntoResponse,
};
use chassis::{
    place::{self, ProvinceKind, WardKind},
    refusal::Refusal,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker},
    json::{Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::Ctx;

/// The list changes a few times a year.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// The most that a search finds.
const FOUND: usize = 20;

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(provinces))
        .routes(routes!(wards))
        .routes(routes!(search))
        .routes(routes!(show_ward))
}

/// A unit of the province level.
#[derive(Debug, Serialize, ToSchema)]
struct Province {
    #[schema(example = "01")]
    code: &'static str,
    #[schema(example = "Hà Nội")]
    name: &'static str,
    /// With its kind.
    #[schema(example = "thành phố Hà Nội")]
    full_name: String,
    /// `province` or `city`.
    kind: &'static str,
}

/// All provinces, by code.
#[derive(Debug, Serialize, ToSchema)]
struct Provinces {
    provinces: Vec<Province>,
}

/// A unit of the commune level.
#[derive(Debug, Serialize, ToSchema)]
struct Ward {
    #[schema(example = "00070")]
    code: &'static str,
    #[schema(example = "Hoàn Kiếm")]
    name: &'static str,
    /// With its kind.
    #[schema(example = "phường Hoàn Kiếm")]
    full_name: String,
    /// `ward`, `commune` or `special_zone`.
    kind: &'static str,
}

/// The communes of a province, by code.
#[derive(Debug, Serialize, ToSchema)]
struct Wards {
    wards: Vec<Ward>,
}

/// The provinces.
#[utoipa::path(get, path = "/v1/provinces", tag = "places", security(()), responses((status = 200, body = Provinces), Refused))]
async fn provinces(_: Asker<Anybody>) -> Answer<impl IntoResponse> {
    let province = |province: &'static place::Province| Province {
        code: province.code,
        name: province.name,
        full_name: province.full_name(),
        kind: match province.kind {
            ProvinceKind::Province => "province",
            ProvinceKind::City => "city",
        },
    };
    let provinces = place::provinces().iter().map(province).collect();
    Ok((
        [(header::CACHE_CONTROL, A_DAY)],
        Json(Provinces { provinces }),
    ))
}

/// The communes of a province.
#[utoipa::path(
    get, path = "/v1/provinces/{code}/wards", tag = "places", security(()),
    params(("code" = String, Path, description = "The province's code", example = "01")),
    responses((status = 200, body = Wards), Refused),
)]
async fn wards(_: Asker<Anybody>, Path(code): Path<String>) -> Answer<impl IntoResponse> {
    if place::province(&code).is_none() {
        return Err(Refusal::not_found("tỉnh, thành phố này", "province").into());
    }
    let wards = place::wards_of(&code).iter().map(ward).collect();
    Ok(([(header::CACHE_CONTROL, A_DAY)], Json(Wards { wards })))
}

fn ward(ward: &'static place::Ward) -> Ward {
    Ward {
        code: ward.code,
        name: ward.name,
        full_name: ward.full_name(),
        kind: match ward.kind {
            WardKind::Ward => "ward",
            WardKind::Commune => "commune",
            WardKind::SpecialZone => "special_zone",
        },
    }
}

/// What was typed so far.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WardsQuery {
    /// Beginnings of words of its name, and of its province's; case and marks do not matter.
    #[param(example = "hoan kiem")]
    q: String,
}

/// A commune that was found, with its province.
#[derive(Debug, Serialize, ToSchema)]
struct FoundWard {
    #[serde(flatten)]
    ward: Ward,
    #[schema(example = "01")]
    province_code: &'static str,
    /// As it ends an address.
    #[schema(example = "phường Hoàn Kiếm, thành phố Hà Nội")]
    line: String,
}

/// Communes that were found, best first.
#[derive(Debug, Serialize, ToSchema)]
struct FoundWards {
    wards: Vec<FoundWard>,
}

/// Find communes of all provinces by what was typed so far: at most twenty, best first.
#[utoipa::path(
    get, path = "/v1/wards", tag = "places", security(()), params(WardsQuery),
    responses((status = 200, body = FoundWards), Refused),
)]
async fn search(_: Asker<Anybody>, Query(query): Query<WardsQuery>) -> Answer<impl IntoResponse> {
    let wards = place::search(&query.q, FOUND)
        .into_iter()
        .map(found)
        .collect();
    Ok(([(header::CACHE_CONTROL, A_DAY)], Json(FoundWards { wards })))
}

fn found(found: &'static place::Ward) -> FoundWard {
    FoundWard {
        ward: ward(found),
        province_code: found.province_code,
        line: found.line(),
    }
}

/// Show a commune: what an address names by its code.
#[utoipa::path(
    get, path = "/v1/wards/{code}", tag = "places", security(()),
    params(("code" = String, Path, description = "The commune's code", example = "00070")),
    responses((status = 200, body = FoundWard), Refused),
)]
async fn show_ward(_: Asker<Anybody>, Path(code): Path<String>) -> Answer<impl IntoResponse> {
    let ward = place::ward(&code).ok_or_else(|| Refusal::not_found("xã, phường này", "ward"))?;
    Ok(([(header::CACHE_CONTROL, A_DAY)], Json(found(ward))))
}
