//! Photos. Whoever changes those of a product holds its producer's row.

use std::collections::HashMap;

use chassis::id::{CertificateId, ProductId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::photo::{Photo, PhotoId, Picture},
    error::Error,
};

fn size(width: i32, height: i32) -> Result<(u32, u32), Error> {
    let number = |_| Error::Unknown("size of a photo");
    Ok((
        u32::try_from(width).map_err(number)?,
        u32::try_from(height).map_err(number)?,
    ))
}

fn id(bytes: &[u8]) -> Result<PhotoId, Error> {
    bytes
        .try_into()
        .map(PhotoId)
        .map_err(|_| Error::Unknown("photo"))
}

fn narrow(number: u32) -> Result<i32, Error> {
    i32::try_from(number).map_err(|_| Error::Unknown("size of a photo"))
}

/// Keeps a photo's pictures; those that are there stay, and are held until the end of the transaction.
///
/// # Errors
/// When the database refuses.
pub async fn keep(
    conn: &mut PgConnection,
    id: PhotoId,
    large: &Picture,
    small: &Picture,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into photo (photo_id, large, large_width, large_height, small, small_width, small_height, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (photo_id) do update set added_at = photo.added_at",
        &id.0,
        large.jpeg,
        narrow(large.size.0)?,
        narrow(large.size.1)?,
        small.jpeg,
        narrow(small.size.0)?,
        narrow(small.size.1)?,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts all photos of a product in their places, and takes away those that are no longer among them.
///
/// # Errors
/// When the database refuses.
pub async fn place(
    conn: &mut PgConnection,
    product: ProductId,
    photos: &[Photo],
) -> Result<(), Error> {
    let ids: Vec<Vec<u8>> = photos.iter().map(|photo| photo.id.0.to_vec()).collect();
    let alts: Vec<String> = photos.iter().map(|photo| photo.alt.clone()).collect();
    sqlx::query!(
        "delete from product_photo where product_id = $1 and photo_id <> all($2)",
        product as _,
        &ids
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into product_photo (product_id, photo_id, position, alt)
         select $1, p.photo_id, p.position::smallint, p.alt
         from unnest($2::bytea[], $3::text[]) with ordinality as p (photo_id, alt, position)
         on conflict (product_id, photo_id) do update set position = excluded.position, alt = excluded.alt",
        product as _,
        &ids,
        &alts
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Makes a photo the scan of a certificate.
///
/// # Errors
/// When the database refuses.
pub async fn scan(
    conn: &mut PgConnection,
    certificate: CertificateId,
    photo: &Photo,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into certificate_scan (certificate_id, photo_id, alt) values ($1, $2, $3)
         on conflict (certificate_id) do update set photo_id = excluded.photo_id, alt = excluded.alt",
        certificate as _,
        &photo.id.0,
        photo.alt
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets those of some photos that stand nowhere any more. Their rows are held first: who places one holds it too,
/// and what was placed meanwhile is then seen.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(conn: &mut PgConnection, photos: &[PhotoId]) -> Result<(), Error> {
    let ids: Vec<Vec<u8>> = photos.iter().map(|photo| photo.0.to_vec()).collect();
    sqlx::query!(
        "select photo_id from photo where photo_id = any($1) order by photo_id for update",
        &ids
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from photo p where photo_id = any($1)
             and not exists (select from product_photo o where o.photo_id = p.photo_id)
             and not exists (select from certificate_scan s where s.photo_id = p.photo_id)",
        &ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The photos of some products, in order.
///
/// # Errors
/// When the database does not answer.
pub async fn of_products(
    conn: &mut PgConnection,
    products: &[Uuid],
) -> Result<HashMap<ProductId, Vec<Photo>>, Error> {
    let rows = sqlx::query!(
        "select o.product_id, o.photo_id, o.alt, p.large_width, p.large_height, p.small_width, p.small_height
         from product_photo o join photo p using (photo_id)
         where o.product_id = any($1) order by o.product_id, o.position",
        products
    )
    .fetch_all(conn)
    .await?;
    let mut photos: HashMap<ProductId, Vec<Photo>> = HashMap::new();
    for row in rows {
        photos.entry(row.product_id).or_default().push(Photo {
            id: id(&row.photo_id)?,
            alt: row.alt,
            large: size(row.large_width, row.large_height)?,
            small: size(row.small_width, row.small_height)?,
        });
    }
    Ok(photos)
}

/// The scans of the certificates of some products.
///
/// # Errors
/// When the database does not answer.
pub async fn scans(
    conn: &mut PgConnection,
    products: &[Uuid],
) -> Result<HashMap<CertificateId, Photo>, Error> {
    let rows = sqlx::query!(
        "select s.certificate_id, s.photo_id, s.alt, p.large_width, p.large_height, p.small_width, p.small_height
         from certificate_scan s join certificate c using (certificate_id) join photo p using (photo_id)
         where c.product_id = any($1)",
        products
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let photo = Photo {
                id: id(&row.photo_id)?,
                alt: row.alt,
                large: size(row.large_width, row.large_height)?,
                small: size(row.small_width, row.small_height)?,
            };
            Ok((row.certificate_id, photo))
        })
        .collect()
}

/// A picture.
///
/// # Errors
/// When the database does not answer.
pub async fn picture(
    conn: &mut PgConnection,
    id: PhotoId,
    large: bool,
) -> Result<Option<Vec<u8>>, Error> {
    let found = sqlx::query_scalar!(
        r#"select case when $2 then large else small end as "jpeg!" from photo where photo_id = $1"#,
        &id.0,
        large
    );
    Ok(found.fetch_optional(conn).await?)
}
