//! Photos of products and scans of certificates, over the bus.

use proto::{
    catalogue::v1::{
        AddPhoto, ArrangePhotos, Photo, PhotoSize, Photos, ProductChanged, RecordCertificate,
        RemovePhoto, ShowPhoto, ShowProduct,
    },
    common::v1::Actor,
};

use super::{World, code, fields};

/// As the gateway makes them; the number makes it another photo.
fn photo(number: u8) -> Photo {
    let size = |width, height| PhotoSize {
        width,
        height,
        jpeg: vec![0xFF, 0xD8, 0xFF, 0xE0, number].into(),
    };
    Photo {
        photo_id: String::new(),
        alt: format!("Ảnh {number}"),
        large: Some(size(1200, 900)),
        small: Some(size(320, 240)),
    }
}

fn add(product_id: &str, number: u8) -> AddPhoto {
    AddPhoto {
        product_id: product_id.to_owned(),
        photo: Some(photo(number)),
        ..AddPhoto::default()
    }
}

fn alts(photos: &Photos) -> Vec<&str> {
    photos
        .photos
        .iter()
        .map(|photo| photo.alt.as_str())
        .collect()
}

impl World {
    async fn kept(&self) -> i64 {
        sqlx::query_scalar("select count(*) from photo")
            .fetch_one(&self.ctx.db)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn photos_are_added_arranged_and_taken_away() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000011", 0).await;
    let id = &product.product_id;
    assert_eq!(
        code(world.ask(&world.somebody(), add(id, 1)).await),
        "forbidden"
    );
    world.ask(&keeper, add(id, 1)).await.unwrap();
    let two = world.ask(&keeper, add(id, 2)).await.unwrap();
    assert_eq!(alts(&two), ["Ảnh 1", "Ảnh 2"]);
    assert_eq!(
        world.ask(&keeper, add(id, 1)).await.unwrap(),
        two,
        "the same again changes nothing"
    );
    assert_eq!(world.said::<ProductChanged>().await.len(), 2);
    let first = two.photos[0].clone();
    let show = ShowPhoto {
        photo_id: first.photo_id.clone(),
        large: true,
    };
    let shown = world.ask(&Actor::default(), show).await.unwrap();
    assert_eq!(shown.jpeg.as_ref(), [0xFF, 0xD8, 0xFF, 0xE0, 1]);

    let mut wished = vec![two.photos[1].clone(), first.clone()];
    wished[1].alt = "Bát men lam, nhìn từ trên".into();
    let arrange = |photos: Vec<Photo>| ArrangePhotos {
        product_id: id.clone(),
        photos,
    };
    let arranged = world.ask(&keeper, arrange(wished)).await.unwrap();
    assert_eq!(alts(&arranged), ["Ảnh 2", "Bát men lam, nhìn từ trên"]);
    let refusal = world
        .ask(&keeper, arrange(vec![first.clone()]))
        .await
        .unwrap_err();
    assert_eq!(fields(&refusal), ["photos"]);
    let shown = ShowProduct {
        product_id: id.clone(),
    };
    let shown = world.ask(&Actor::default(), shown).await.unwrap();
    assert_eq!(shown.photos, arranged.photos);
    assert!(
        shown
            .photos
            .iter()
            .flat_map(|photo| [&photo.large, &photo.small])
            .all(|size| size.as_ref().unwrap().jpeg.is_empty()),
        "a product does not carry its pictures about"
    );

    let remove = RemovePhoto {
        product_id: id.clone(),
        photo_id: first.photo_id.clone(),
    };
    assert_eq!(
        code(world.ask(&world.somebody(), remove.clone()).await),
        "forbidden"
    );
    for _ in 0..2 {
        let left = world.ask(&keeper, remove.clone()).await.unwrap();
        assert_eq!(alts(&left), ["Ảnh 2"]);
    }
    assert_eq!(world.kept().await, 1, "what stands nowhere is forgotten");
    let gone = ShowPhoto {
        photo_id: first.photo_id,
        large: false,
    };
    assert_eq!(code(world.ask(&Actor::default(), gone).await), "not_found");
    world.assert_sound().await;
}

#[tokio::test]
async fn a_product_has_eight_and_one_photo_serves_two() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000012", 0).await;
    let (other_keeper, other) = world.goods("9900000013", 0).await;
    for number in 0..8 {
        world
            .ask(&keeper, add(&product.product_id, number))
            .await
            .unwrap();
    }
    let full = world.ask(&keeper, add(&product.product_id, 8)).await;
    assert_eq!(code(full), "photos_full");
    let shared = world
        .ask(&other_keeper, add(&other.product_id, 0))
        .await
        .unwrap();
    assert_eq!(world.kept().await, 8);
    let remove = RemovePhoto {
        product_id: other.product_id,
        photo_id: shared.photos[0].photo_id.clone(),
    };
    world.ask(&other_keeper, remove).await.unwrap();
    assert_eq!(world.kept().await, 8, "the first still shows it");
    for wrong in [
        Photo {
            large: None,
            ..photo(1)
        },
        Photo {
            small: photo(1).large,
            ..photo(1)
        },
        Photo {
            alt: "x".repeat(201),
            ..photo(1)
        },
    ] {
        let request = AddPhoto {
            photo: Some(wrong),
            ..add(&product.product_id, 1)
        };
        let refusal = world.ask(&keeper, request).await.unwrap_err();
        assert_eq!(refusal.code, "invalid_input");
    }
}

#[tokio::test]
async fn a_certificate_has_one_scan() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000014", 0).await;
    let certificate = world.certificate(&product.product_id, 4).await;
    let record = RecordCertificate {
        certificate: Some(certificate),
    };
    let certificate = world.ask(&world.organiser(), record).await.unwrap();
    let scan = |number| AddPhoto {
        certificate_id: certificate.certificate_id.clone(),
        photo: Some(photo(number)),
        ..AddPhoto::default()
    };
    assert_eq!(
        code(world.ask(&world.somebody(), scan(1)).await),
        "forbidden"
    );
    for number in [1, 2, 2] {
        let shown = world.ask(&keeper, scan(number)).await.unwrap();
        assert_eq!(shown.photos.len(), 1);
    }
    assert_eq!(world.kept().await, 1, "the one before is forgotten");
    let show = ShowProduct {
        product_id: product.product_id,
    };
    let shown = world.ask(&Actor::default(), show).await.unwrap();
    let scan = shown.certificate.unwrap().scan.unwrap();
    assert_eq!(scan.alt, "Ảnh 2");
    assert_eq!(shown.photos, []);
}
