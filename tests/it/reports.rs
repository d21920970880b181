//! After the session: what was sold is packed, settled and reported, and every sum agrees with every other.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chassis::testing::eventually;
use phien_tests::{
    api::{Api, number, read, text},
    market::{self, Cart, SOON, Wish, transfer, units_when},
    shopper::{self, Settled},
    world::{Person, Producer, SEPAY_KEY, Stage, World, stage},
};
use reqwest::Method;
use serde_json::{Value, json};

/// One red pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGO4IyICAALUAQVZcNPCAAAAAElFTkSuQmCC";

struct Fair {
    world: World,
    stage: Stage,
    /// Its goods are paid to the organiser.
    other: Producer,
    /// A02, at 50,000.
    other_offer: String,
    people: Vec<Person>,
}

async fn fair() -> Fair {
    let world = World::start().await;
    // A01, at 36,000, paid to its producer.
    let stage = world.stage(10, 0).await;
    let other = world.producer(&stage.organiser, "HTX =Gốm").await;
    let variant = world.variant(&other, "Bát men lam", 60_000, 10).await;
    let wish = Wish {
        variant_id: variant.id,
        claim_code: "A02".into(),
        live_price: 50_000,
        units: 10,
        limit: 0,
        payee: "organiser",
    };
    let other_offer = stage::offer(&stage.organiser, &stage.session_id, &wish).await;
    market::open(&stage.organiser, &stage.session_id, &other_offer)
        .await
        .unwrap();
    let people = world.people(4).await;
    Fair {
        world,
        stage,
        other,
        other_offer,
        people,
    }
}

impl Fair {
    async fn order(&self, person: usize, units: [i64; 2], method: &'static str) -> Value {
        let offers = [self.stage.offer_id.as_str(), &self.other_offer];
        let lines: Vec<(&str, i64)> = offers
            .into_iter()
            .zip(units)
            .filter(|(_, units)| *units > 0)
            .collect();
        let cart = Cart {
            session_id: &self.stage.session_id,
            lines: &lines,
            total: units[0] * 36_000 + units[1] * 50_000 + 25_000,
            method,
            pickup: false,
        };
        let api = &self.people[person].api;
        match shopper::order(api, "k", &cart.body()).await.unwrap().0 {
            Settled::Placed { order, .. } => *order,
            Settled::Refused { code, .. } => panic!("refused: {code}"),
        }
    }

    fn of_session(&self, what: &str) -> String {
        format!("/v1/sessions/{}/{what}", self.stage.session_id)
    }

    async fn advance(&self, by: &Api, order: &Value, producer: &str, to: &str) -> Value {
        let order = text(order, "order_id");
        let path = format!("/v1/orders/{order}/parcels/{producer}/advance");
        let body = json!({ "to": to, "restock": true });
        by.post(&path, &body).await.unwrap().ok().unwrap()
    }
}

async fn get(api: &Api, path: &str) -> Value {
    let reply = api.get(path).await.unwrap();
    reply.ok().unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Kind and bytes of a file.
async fn file(api: &Api, path: &str) -> (String, Vec<u8>) {
    let reply = api.request(Method::GET, path).send().await.unwrap();
    assert_eq!(reply.status(), 200, "{path}");
    let kind = reply.headers()["content-type"].to_str().unwrap().to_owned();
    (kind, reply.bytes().await.unwrap().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_goes_in_and_only_what_it_shows_comes_out() {
    let world = World::start().await;
    let organiser = world.staff("organiser").await;
    let producer = world.producer(&organiser, "Hộ ảnh").await;
    let stranger = world.producer(&organiser, "Hộ khác").await;
    let variant = world.variant(&producer, "Chè lam", 40_000, 1).await;
    let photos = format!("/v1/products/{}/photos", variant.product_id);
    let png = BASE64_STANDARD.decode(PNG).unwrap();
    let send = |api: &Api, file: &[u8], kind: &str| {
        let request = api.request(Method::POST, &format!("{photos}?alt=Ch%C3%A8%20lam"));
        request
            .header("content-type", kind.to_owned())
            .body(file.to_vec())
    };
    let added = read(send(&producer.keeper, &png, "text/html"))
        .await
        .unwrap();
    assert_eq!(added.status, 201, "{}", added.text);
    let photo = added.body["photos"][0].clone();
    assert_eq!(photo["alt"], "Chè lam");
    let product = get(&world.api, &format!("/v1/products/{}", variant.product_id)).await;
    assert_eq!(product["photos"], json!([photo]));
    for size in ["large", "small"] {
        let url = text(&photo[size], "url");
        for _ in 0..2 {
            let shown = world.api.request(Method::GET, &url).send().await.unwrap();
            let header = |name: &str| shown.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "image/jpeg");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert!(header("cache-control").contains("immutable"));
            assert!(
                shown
                    .bytes()
                    .await
                    .unwrap()
                    .starts_with(&[0xFF, 0xD8, 0xFF])
            );
        }
    }
    let html = b"<!doctype html><script>alert(1)</script>";
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    for (body, status, code) in [
        (&html[..], 422, "not_a_photo"),
        (svg, 422, "not_a_photo"),
        (b"", 422, "not_a_photo"),
        (&png[..40], 422, "photo_broken"),
    ] {
        let refused = read(send(&producer.keeper, body, "image/jpeg"))
            .await
            .unwrap();
        assert_eq!((refused.status, refused.code()), (status, code));
        assert!(!refused.text_of("detail_vi").is_empty());
    }
    let huge = vec![0; 8 * 1024 * 1024 + 1];
    // A server may answer and hang up before all has been sent.
    if let Ok(refused) = read(send(&producer.keeper, &huge, "image/jpeg")).await {
        assert_eq!((refused.status, refused.code()), (413, "too_large"));
    }
    let foreign = read(send(&stranger.keeper, &png, "image/png"))
        .await
        .unwrap();
    assert_eq!(foreign.status, 403);
    let path = format!("{photos}/{}", text(&photo, "photo_id"));
    let left = read(producer.keeper.request(Method::DELETE, &path))
        .await
        .unwrap();
    assert_eq!(left.ok().unwrap(), json!({ "photos": [] }));
    let nothing = world.api.get("/v1/photos/zz/320").await.unwrap();
    assert_eq!(nothing.status, 404);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_is_packed_settled_and_reported() {
    let fair = fair().await;
    let (organiser, keeper) = (&fair.stage.organiser, &fair.stage.producer.keeper);
    let coming = format!("/v1/producers/{}/offers", fair.other.id);
    let coming = get(&fair.world.api, &coming).await;
    assert_eq!(coming["offers"][0]["offer"]["claim_code"], "A02");

    let both = fair.order(0, [2, 1], "cod").await;
    let paid = fair.order(1, [1, 0], "vietqr").await;
    let off = fair.order(2, [0, 2], "cod").await;
    let payment = &paid["payments"][0];
    let body = transfer(
        "1",
        &text(&payment["payee"], "account_no"),
        number(payment, "amount_due"),
        &text(payment, "payment_code"),
    );
    fair.world.api.webhook(SEPAY_KEY, &body).await.unwrap();
    let cancel = format!("/v1/orders/{}/cancel", text(&off, "order_id"));
    organiser
        .post(&cancel, &json!({ "reason": "đổi ý" }))
        .await
        .unwrap()
        .ok()
        .unwrap();
    stage::end(organiser, &fair.stage.session_id).await;
    for offer in [&fair.stage.offer_id, &fair.other_offer] {
        let settled = |units: &Value| units["settled"] == true;
        units_when(organiser, &fair.stage.session_id, offer, "settled", settled)
            .await
            .unwrap();
    }
    packs(&fair, &both).await;
    let (own, other) = (&fair.stage.producer.id, &fair.other.id);
    for to in ["packed", "shipped", "delivered"] {
        fair.advance(keeper, &both, own, to).await;
    }
    fair.advance(&fair.other.keeper, &both, other, "shipped")
        .await;
    let back = fair.advance(organiser, &both, other, "returned").await;
    assert_eq!(back["order_state"], "delivered");
    adds_up(&fair).await;
    files(&fair).await;
    settles(&fair).await;
    fair.world.finish().await;
}

/// The packing list has what stands on labels, for those who pack and nobody else.
async fn packs(fair: &Fair, both: &Value) {
    let organiser = &fair.stage.organiser;
    let list = get(organiser, &fair.of_session("packing-list")).await;
    let parcels = list["parcels"].as_array().unwrap();
    assert_eq!(parcels.len(), 3);
    assert!(parcels.iter().all(|parcel| parcel["label"].is_string()));
    let mine = format!("/v1/producers/{}/parcels?state=to_pack", fair.other.id);
    let mine = get(&fair.other.keeper, &mine).await;
    let mine = mine["parcels"].as_array().unwrap();
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0]["order_id"], both["order_id"]);
    // The order's first parcel carries the shipping.
    assert_eq!(number(&mine[0], "to_collect"), 50_000);
    let foreign = format!("/v1/producers/{}/parcels", fair.stage.producer.id);
    assert_eq!(fair.other.keeper.get(&foreign).await.unwrap().status, 403);
    let shopper = &fair.people[3].api;
    for path in ["packing-list", "packing-list.csv", "report", "report.csv"] {
        let refused = shopper.get(&fair.of_session(path)).await.unwrap();
        assert_eq!(refused.status, 403, "{path}");
    }
    let (kind, csv) = file(organiser, &fair.of_session("packing-list.csv")).await;
    let csv = String::from_utf8(csv).unwrap();
    assert!(
        kind.starts_with("text/csv") && csv.starts_with("\u{feff}Chủ thể,"),
        "{csv}"
    );
    assert!(csv.contains("HTX =Gốm,"), "{csv}");
    assert_eq!(csv.lines().count(), 4, "{csv}");
}

/// The report, the figures and the year say the same.
async fn adds_up(fair: &Fair) {
    let organiser = &fair.stage.organiser;
    let report = get(organiser, &fair.of_session("report")).await;
    let totals = &report["totals"];
    let expected = json!({
        "orders": 3, "units_placed": 6, "units_sold": 3, "units_cancelled": 2, "units_returned": 1,
        "gross": 258_000, "net": 108_000, "cancelled": 100_000, "returned": 50_000, "awaiting": 0,
        "units_offered": 20, "units_left": 0, "units_given_back": 17, "shipping_fees": 50_000,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&totals[field], value, "{field}: {totals}");
    }
    for parts in ["offers", "producers"] {
        for field in [
            "net",
            "gross",
            "units_sold",
            "units_returned",
            "units_offered",
        ] {
            let parts = report[parts].as_array().unwrap().iter();
            let sum: i64 = parts.map(|part| number(part, field)).sum();
            assert_eq!(sum, number(totals, field), "{field}: {report}");
        }
    }
    assert_eq!(report["title"], "Giờ vàng");
    assert_eq!(report["offers"][1]["producer_name"], "HTX =Gốm");
    let figures = fair.of_session("figures");
    eventually("the figures are level", SOON, || async {
        let figures = get(organiser, &figures).await;
        let same = ["orders", "gross", "net"]
            .iter()
            .all(|field| figures[field] == totals[field]);
        same.then_some(())
    })
    .await;
    let summary = format!("/v1/organisers/{}/summary", fair.world.organiser_id);
    let summary = get(organiser, &summary).await;
    for sums in [
        &summary["total"],
        &summary["months"][0],
        &summary["sessions"][0],
    ] {
        assert_eq!(number(sums, "net"), 108_000, "{summary}");
        assert_eq!(number(sums, "producers"), 2);
    }
    assert_eq!(number(&summary["total"], "sessions"), 1);
    let past = format!(
        "/v1/organisers/{}/summary?year=2020",
        fair.world.organiser_id
    );
    assert_eq!(get(organiser, &past).await["sessions"], json!([]));
}

/// The same as files.
async fn files(fair: &Fair) {
    let organiser = &fair.stage.organiser;
    let of_year = format!("/v1/organisers/{}/summary", fair.world.organiser_id);
    for path in [fair.of_session("report"), of_year] {
        let (kind, csv) = file(organiser, &format!("{path}.csv")).await;
        let csv = String::from_utf8(csv).unwrap();
        assert!(kind.starts_with("text/csv") && csv.starts_with('\u{feff}'));
        assert!(csv.contains(",108000,"), "{csv}");
        let (kind, book) = file(organiser, &format!("{path}.xlsx")).await;
        assert!(kind.contains("spreadsheetml") && book.starts_with(b"PK"));
    }
}

/// Who received what: by transfer and by hand to the producer, nothing to the organiser.
async fn settles(fair: &Fair) {
    let (own, other) = (&fair.stage.producer, &fair.other);
    let path = |producer: &Producer| format!("/v1/producers/{}/settlement", producer.id);
    let settlement = get(&own.keeper, &path(own)).await;
    let row = &settlement["rows"][0];
    assert_eq!(
        (&row["payee"], &row["session_title"]),
        (&json!("producer"), &json!("Giờ vàng"))
    );
    assert_eq!(number(row, "by_transfer"), 36_000);
    assert_eq!(number(row, "cod_collected"), 72_000);
    assert_eq!(number(&settlement["total"], "net"), 108_000);
    let of_other = get(&fair.stage.organiser, &path(other)).await;
    let row = &of_other["rows"][0];
    assert_eq!(row["payee"], "organiser");
    assert_eq!((number(row, "net"), number(row, "returned")), (0, 50_000));
    let foreign = own.keeper.get(&path(other)).await.unwrap();
    assert_eq!(foreign.status, 403);
    let before = format!("{}?to=2020-01-01", path(own));
    assert_eq!(get(&own.keeper, &before).await["rows"], json!([]));
    let (_, csv) = file(&own.keeper, &format!("{}.csv", path(own))).await;
    assert!(String::from_utf8(csv).unwrap().contains("Giờ vàng,"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_is_found_by_what_was_typed() {
    let world = World::start().await;
    let found = get(&world.api, "/v1/wards?q=hoan%20kiem").await;
    assert_eq!(found["wards"][0]["code"], "00070");
    assert_eq!(get(&world.api, "/v1/wards?q=zzz").await["wards"], json!([]));
    world.finish().await;
}
