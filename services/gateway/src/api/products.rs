//! Products, their certificates, and bringing in many at once.

use axum::http::StatusCode;
use chassis::id::{CertificateId, ProductId};
use proto::catalogue::v1::{
    ChangeProduct, FindProducts, GradeCertificate, ImportGoods, ListProduct, RecordCertificate,
    RevokeCertificate, ShowProduct, WithdrawProduct,
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    auth::{Anybody, Asker, Lists, Organises},
    json::{Csv, Json, Path, Query},
    problem::{Answer, Refused},
    routes,
};
use crate::{
    Ctx,
    wire::{
        self,
        certificates::{Certificate, CertificateBody, GradeBody},
        products::{
            ImportQuery, ImportReport, Product, ProductBody, Products, ProductsQuery, ReasonBody,
        },
    },
};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, find))
        .routes(routes!(show, change))
        .routes(routes!(withdraw))
        .routes(routes!(import))
        .routes(routes!(record_certificate))
        .routes(routes!(grade_certificate))
        .routes(routes!(revoke_certificate))
}

/// List a new product. The producer's keepers; organisers.
#[utoipa::path(
    post, path = "/v1/products", tag = "products", request_body = ProductBody,
    responses((status = 201, description = "Listed", body = Product), Refused),
)]
async fn list(
    asker: Asker<Lists>,
    Json(body): Json<ProductBody>,
) -> Answer<(StatusCode, Json<Product>)> {
    let product = asker
        .ask(ListProduct {
            product: Some(body.into_wire(String::new())),
        })
        .await?;
    Ok((StatusCode::CREATED, Json(product.into())))
}

/// Find products.
#[utoipa::path(
    get, path = "/v1/products", tag = "products", params(ProductsQuery), security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Products), Refused),
)]
async fn find(asker: Asker<Anybody>, Query(query): Query<ProductsQuery>) -> Answer<Json<Products>> {
    let request = FindProducts {
        page: Some(wire::page(query.cursor, query.limit)),
        producer_id: query.producer_id.unwrap_or_default(),
        text: query.text.unwrap_or_default(),
        product_set: query.product_set.unwrap_or_default(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Show a product.
#[utoipa::path(
    get, path = "/v1/products/{id}", tag = "products", security((), ("bearer" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The product")),
    responses((status = 200, body = Product), Refused),
)]
async fn show(asker: Asker<Anybody>, Path(id): Path<ProductId>) -> Answer<Json<Product>> {
    Ok(Json(
        asker
            .ask(ShowProduct {
                product_id: id.to_string(),
            })
            .await?
            .into(),
    ))
}

/// Change a product: all that is said of it, and its variants. The producer's keepers; organisers.
#[utoipa::path(
    put, path = "/v1/products/{id}", tag = "products", request_body = ProductBody,
    params(("id" = String, Path, description = "The product")),
    responses((status = 200, body = Product), Refused),
)]
async fn change(
    asker: Asker<Lists>,
    Path(id): Path<ProductId>,
    Json(body): Json<ProductBody>,
) -> Answer<Json<Product>> {
    Ok(Json(
        asker
            .ask(ChangeProduct {
                product: Some(body.into_wire(id.to_string())),
            })
            .await?
            .into(),
    ))
}

/// Take a product back. The producer's keepers; organisers.
#[utoipa::path(
    post, path = "/v1/products/{id}/withdraw", tag = "products", request_body = ReasonBody,
    params(("id" = String, Path, description = "The product")),
    responses((status = 200, body = Product), Refused),
)]
async fn withdraw(
    asker: Asker<Lists>,
    Path(id): Path<ProductId>,
    Json(body): Json<ReasonBody>,
) -> Answer<Json<Product>> {
    Ok(Json(
        asker
            .ask(WithdrawProduct {
                product_id: id.to_string(),
                reason: body.reason,
            })
            .await?
            .into(),
    ))
}

/// Bring in producers, products, variants and certificates from a spreadsheet: all of it, or nothing.
///
/// The body is CSV, at most 2 MB. The producer's keepers; organisers.
#[utoipa::path(
    post, path = "/v1/goods/import", tag = "products", params(ImportQuery),
    request_body(content = String, content_type = "text/csv", description = "The spreadsheet, UTF-8"),
    responses((status = 200, description = "What was done, or what stands in the way", body = ImportReport), Refused),
)]
async fn import(
    asker: Asker<Lists>,
    Query(query): Query<ImportQuery>,
    Csv(csv): Csv,
) -> Answer<Json<ImportReport>> {
    Ok(Json(
        asker
            .ask(ImportGoods {
                csv,
                dry_run: query.dry_run,
            })
            .await?
            .into(),
    ))
}

/// Record a product's OCOP certificate. The producer's keepers; organisers.
#[utoipa::path(
    post, path = "/v1/products/{id}/certificates", tag = "products", request_body = CertificateBody,
    params(("id" = String, Path, description = "The product")),
    responses((status = 201, description = "Recorded", body = Certificate), Refused),
)]
async fn record_certificate(
    asker: Asker<Lists>,
    Path(id): Path<ProductId>,
    Json(body): Json<CertificateBody>,
) -> Answer<(StatusCode, Json<Certificate>)> {
    let certificate = asker
        .ask(RecordCertificate {
            certificate: Some(body.into_wire(id.to_string())),
        })
        .await?;
    Ok((StatusCode::CREATED, Json(certificate.into())))
}

/// Say how well a certificate is proven. Organisers.
#[utoipa::path(
    post, path = "/v1/certificates/{id}/grade", tag = "products", request_body = GradeBody,
    params(("id" = String, Path, description = "The certificate")),
    responses((status = 200, body = Certificate), Refused),
)]
async fn grade_certificate(
    asker: Asker<Organises>,
    Path(id): Path<CertificateId>,
    Json(body): Json<GradeBody>,
) -> Answer<Json<Certificate>> {
    let request = GradeCertificate {
        certificate_id: id.to_string(),
        evidence: body.evidence.into(),
    };
    Ok(Json(asker.ask(request).await?.into()))
}

/// Take note that a certificate was revoked. Organisers.
#[utoipa::path(
    post, path = "/v1/certificates/{id}/revoke", tag = "products", request_body = ReasonBody,
    params(("id" = String, Path, description = "The certificate")),
    responses((status = 200, body = Certificate), Refused),
)]
async fn revoke_certificate(
    asker: Asker<Organises>,
    Path(id): Path<CertificateId>,
    Json(body): Json<ReasonBody>,
) -> Answer<Json<Certificate>> {
    Ok(Json(
        asker
            .ask(RevokeCertificate {
                certificate_id: id.to_string(),
                reason: body.reason,
            })
            .await?
            .into(),
    ))
}
