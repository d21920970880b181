//! Certificates: recorded, graded, revoked, outlived, and the stars that are shown.

use chrono::TimeDelta;
use proto::catalogue::v1::{
    Certificate, CertificateChanged, CertificateStatus, EvidenceGrade, GradeCertificate, Product,
    ProductChanged, RecordCertificate, RevokeCertificate, ShowProduct,
};

use super::{World, code, fields};
use crate::app::say_turned_certificates::say_turned_certificates;

fn record(certificate: &Certificate) -> RecordCertificate {
    RecordCertificate {
        certificate: Some(certificate.clone()),
    }
}

fn grade(certificate: &Certificate, evidence: EvidenceGrade) -> GradeCertificate {
    GradeCertificate {
        certificate_id: certificate.certificate_id.clone(),
        evidence: evidence.into(),
    }
}

async fn seen(world: &World, product: &Product) -> Product {
    world
        .ask(
            &world.somebody(),
            ShowProduct {
                product_id: product.product_id.clone(),
            },
        )
        .await
        .unwrap()
}

#[tokio::test]
async fn a_keepers_claim_shows_no_stars_until_an_organiser_grades_it() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 0).await;
    let told = world.certificate(&product.product_id, 4).await;
    assert_eq!(
        code(world.ask(&world.somebody(), record(&told)).await),
        "forbidden"
    );
    let claim = world.ask(&keeper, record(&told)).await.unwrap();
    assert_eq!(claim.evidence(), EvidenceGrade::C);
    assert_eq!(
        world.ask(&keeper, record(&told)).await.unwrap(),
        claim,
        "the same again is the same"
    );
    let shown = seen(&world, &product).await;
    assert_eq!(
        (shown.stars_shown, shown.certificate.unwrap().stars),
        (0, 0)
    );
    assert_eq!(
        code(world.ask(&keeper, grade(&claim, EvidenceGrade::A)).await),
        "forbidden"
    );
    let organiser = world.organiser();
    for _ in 0..2 {
        world
            .ask(&organiser, grade(&claim, EvidenceGrade::B1))
            .await
            .unwrap();
    }
    let shown = seen(&world, &product).await;
    assert_eq!(
        (shown.stars_shown, shown.certificate.unwrap().stars),
        (4, 4)
    );
    let said: Vec<u32> = world
        .said::<ProductChanged>()
        .await
        .iter()
        .map(|said| said.product.as_ref().unwrap().stars_shown)
        .collect();
    assert_eq!(said, [0, 4]);
    assert_eq!(world.said::<CertificateChanged>().await.len(), 2);
    assert_eq!(
        world.ask(&keeper, record(&told)).await.unwrap().evidence(),
        EvidenceGrade::B1,
        "still the same decision"
    );
    let other = Certificate { stars: 3, ..told };
    assert_eq!(
        code(world.ask(&keeper, record(&other)).await),
        "certificate_there"
    );
    world.assert_sound().await;
}

#[tokio::test]
async fn an_unlawful_certificate_is_refused_by_field() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 0).await;
    let good = world.certificate(&product.product_id, 5).await;
    let organiser = world.organiser();
    for (wrong, field) in [
        (
            Certificate {
                stars: 4,
                ..good.clone()
            },
            "issuing_level",
        ),
        (
            Certificate {
                stars: 300,
                ..good.clone()
            },
            "stars",
        ),
        (
            Certificate {
                score: 89,
                ..good.clone()
            },
            "score",
        ),
        (
            Certificate {
                valid_to: "2031-01-01".into(),
                ..good.clone()
            },
            "valid_to",
        ),
        (
            Certificate {
                decision_date: "+262142-12-31".into(),
                ..good.clone()
            },
            "decision_date",
        ),
        (
            Certificate {
                decision_no: String::new(),
                ..good.clone()
            },
            "decision_no",
        ),
    ] {
        assert_eq!(
            fields(&world.ask(&organiser, record(&wrong)).await.unwrap_err()),
            [field]
        );
    }
    assert_eq!(
        world
            .ask(&organiser, record(&good))
            .await
            .unwrap()
            .evidence(),
        EvidenceGrade::A
    );
    assert_eq!(seen(&world, &product).await.stars_shown, 5);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_revoked_certificate_shows_no_stars() {
    let world = World::start().await;
    let (keeper, product) = world.goods("9900000001", 0).await;
    let organiser = world.organiser();
    let told = world.certificate(&product.product_id, 4).await;
    let certificate = world.ask(&organiser, record(&told)).await.unwrap();
    let revoke = RevokeCertificate {
        certificate_id: certificate.certificate_id,
        reason: "Gian lận".into(),
    };
    assert_eq!(code(world.ask(&keeper, revoke.clone()).await), "forbidden");
    for reason in ["Gian lận", "Khác"] {
        let again = RevokeCertificate {
            reason: reason.into(),
            ..revoke.clone()
        };
        let revoked = world.ask(&organiser, again).await.unwrap();
        assert_eq!(
            (revoked.status(), revoked.revoked_reason.as_str()),
            (CertificateStatus::Revoked, "Gian lận")
        );
    }
    let shown = seen(&world, &product).await;
    assert_eq!(shown.stars_shown, 0);
    assert_eq!(
        shown.certificate.unwrap().status(),
        CertificateStatus::Revoked
    );
    assert_eq!(world.said::<CertificateChanged>().await.len(), 2);
    world.assert_sound().await;
}

#[tokio::test]
async fn time_takes_the_stars_away_and_it_is_said_once() {
    let world = World::start().await;
    let (_, product) = world.goods("9900000001", 0).await;
    let told = world.certificate(&product.product_id, 4).await;
    world.ask(&world.organiser(), record(&told)).await.unwrap();
    say_turned_certificates(world.ctx.clone()).await.unwrap();
    let before = world.said::<ProductChanged>().await.len();
    // 36 months from its first day, which was 30 days ago.
    world.clock.advance(TimeDelta::days(1068));
    assert_eq!(seen(&world, &product).await.stars_shown, 0);
    for _ in 0..2 {
        say_turned_certificates(world.ctx.clone()).await.unwrap();
    }
    let said = world.said::<ProductChanged>().await;
    assert_eq!(said.len(), before + 1);
    assert_eq!(said[before].product.as_ref().unwrap().stars_shown, 0);
    let certificates = world.said::<CertificateChanged>().await;
    let status = certificates
        .last()
        .unwrap()
        .certificate
        .as_ref()
        .unwrap()
        .status();
    assert_eq!(status, CertificateStatus::Expired);
    world.assert_sound().await;
}
