//! What holds for any text: no panic, linear work, lines that fit their kind.

use std::time::{Duration, Instant};

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use super::{super::*, FILES, cases, code};

/// Steps a byte of a comment, and a code of the session, may cost. The vocabulary's longest list has some fifty phrases.
const STEPS_PER_BYTE: usize = 1_500;

/// Holds for every text.
fn check(text: &str, pinned: Option<&ClaimCode>, codes: &[ClaimCode]) -> Result<(), String> {
    let mut steps = Steps::default();
    let reading = read_counting(text, pinned, codes, &mut steps);
    let bound = STEPS_PER_BYTE * (text.len() + codes.len() + 1);
    let lines = &reading.lines;
    let known = |line: &Line| codes.contains(&line.code) || pinned == Some(&line.code);
    let once = lines
        .iter()
        .enumerate()
        .all(|(nth, line)| lines[..nth].iter().all(|other| other.code != line.code));
    let taken = lines.iter().filter(|line| line.quantity > 0).count();
    let shape = match reading.kind {
        Kind::Claim => taken > 0 && taken == lines.len(),
        Kind::Cancel => taken == 0 && !lines.is_empty(),
        Kind::Change => taken > 0 && taken < lines.len(),
        Kind::CancelAll | Kind::InvalidQuantity | Kind::UnknownCode | Kind::None => {
            lines.is_empty()
        }
    };
    let most = lines.iter().all(|line| line.quantity <= 99);
    for (holds, rule) in [
        (steps.0 <= bound, "steps"),
        (lines.iter().all(known), "known codes"),
        (once, "one line a code"),
        (shape, "lines fit the kind"),
        (most, "at most 99"),
    ] {
        if !holds {
            return Err(format!(
                "{rule}: {text:?}: {reading:?}, {} steps of {bound}",
                steps.0
            ));
        }
    }
    Ok(())
}

/// Pieces that matter, in any order, with anything between.
fn comments() -> impl Strategy<Value = String> {
    let pieces = [
        "chốt",
        "lấy",
        "huỷ",
        "bỏ",
        "đổi",
        "sang",
        "không",
        "ko",
        "chưa",
        "rồi",
        "đã",
        "thôi",
        "hết",
        "nữa",
        "còn",
        "mỗi loại",
        "và",
        "thêm",
        "cho em",
        "mọi người",
        "hũ",
        "chục",
        "đôi",
        "hai",
        "mười",
        "lăm",
        "nửa",
        "rưỡi",
        "giá",
        "số",
        "ngõ",
        "gửi",
        "A05",
        "a 05",
        "A.0.5",
        "M3",
        "Z99",
        "A05B",
        "А05",
        "x",
        "x2",
        "2x",
        "3",
        "0",
        "-1",
        "1.5",
        "190.000",
        "190k",
        "8h30",
        "0912345678",
        "+84 912 345 678",
        "12/5",
        "2-3",
        "1000000",
        "?",
        "!",
        ",",
        ".",
        "+",
        "*",
        "/",
        "<b>",
        "<3",
        ":3",
        "->",
        "\u{200B}",
        "2\u{FE0F}\u{20E3}",
        "\u{301}",
        "Ａ０５",
        "⭐",
        "🥰",
        "\n",
        "hay",
        "xyz",
        "@lan",
        "http://a",
        "ạ",
        "nếu",
        "hôm qua",
        "giờ",
    ];
    let piece = prop_oneof![
        8 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-zA-Z0-9 .,*+x-]{0,6}",
    ];
    let space = prop_oneof![4 => Just(" "), 2 => Just(""), 1 => Just("  ")];
    let pieces = proptest::collection::vec((piece, space), 0..24).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(piece, space)| [piece, space.to_owned()])
            .collect()
    });
    prop_oneof![6 => pieces, 1 => any::<String>(), 1 => "\\PC{0,300}"]
}

fn session() -> (Vec<ClaimCode>, Option<ClaimCode>) {
    let codes = ["A01", "A05", "A12", "B02", "B07", "C10", "M3", "X2"]
        .map(code)
        .to_vec();
    let pinned = codes.get(1).cloned();
    (codes, pinned)
}

proptest! {
    #[test]
    fn any_text_is_read(text in comments(), pin: bool) {
        let (codes, pinned) = session();
        check(&text, pinned.as_ref().filter(|_| pin), &codes).map_err(TestCaseError::fail)?;
    }
}

/// Twice as long takes twice as many steps, whatever is repeated.
#[test]
fn the_work_is_linear() {
    let (codes, pinned) = session();
    for piece in [
        "A05",
        "A05 ",
        "x1",
        "1a",
        "2xA05",
        "chốt ",
        "A05,huỷ,",
        "A05 hay ",
        "A05, lấy 2, ",
        "<a",
        "0 ",
        "09 ",
        "1.000",
        "12/",
        "1 2 ",
        "hai ",
        "hai mươi ",
        "ko em ",
        "mọi người ",
        "\u{301}",
        "a\u{301}\u{323}\u{302}",
        "số 5 ",
        "rồi ",
        "đổi A05 ",
        "mỗi loại 2 ",
        "A.0.",
        "@",
        "http://",
        ":3 ",
        "A 0 5 ",
        "đ/c ",
        "1",
        "aaaa",
        "\u{200B}",
        "không lấy A05 nữa, ",
        "đôi ",
        "nửa ",
        "sl ",
        "1-2-",
        "+84 ",
    ] {
        let work = |times: usize| {
            let mut steps = Steps::default();
            let text = piece.repeat(times);
            let _ = read_counting(&text, pinned.as_ref(), &codes, &mut steps);
            (steps.0, text.len())
        };
        let ((once, _), (twice, bytes)) = (work(2_000), work(4_000));
        assert!(twice <= once * 2 + 2_000, "{piece:?}: {once}, then {twice}");
        assert!(
            twice <= STEPS_PER_BYTE * (bytes + codes.len() + 1),
            "{piece:?}: {twice} for {bytes} bytes"
        );
    }
}

/// `make fuzz`: a million comments, most of them made from cases that are known, or ten minutes.
#[test]
#[ignore = "takes minutes: make fuzz"]
fn a_million_comments() {
    const EXECUTIONS: u64 = 1_000_000;
    const LIMIT: Duration = Duration::from_mins(10);
    let (codes, pinned) = session();
    let seeds: Vec<String> = FILES
        .iter()
        .flat_map(|(_, file)| cases(file))
        .map(|case| case.text)
        .collect();
    let mutated = (
        proptest::sample::select(seeds),
        any::<prop::sample::Index>(),
        comments(),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(seed, at, piece, len)| {
            let letters: Vec<char> = seed.chars().collect();
            let at = at.index(letters.len() + 1);
            let skip = len.index(4);
            let head = letters[..at].iter();
            head.chain(&piece.chars().take(12).collect::<Vec<_>>())
                .chain(letters.iter().skip(at + skip))
                .collect::<String>()
        });
    let texts = prop_oneof![2 => mutated, 1 => comments()];
    let mut runner = TestRunner::default();
    let begin = Instant::now();
    let (mut executions, mut findings) = (0_u64, Vec::new());
    let mut kinds = std::collections::BTreeMap::new();
    while executions < EXECUTIONS && begin.elapsed() < LIMIT {
        let text = texts.new_tree(&mut runner).unwrap().current();
        let pinned = pinned.as_ref().filter(|_| executions % 4 != 0);
        let outcome = std::panic::catch_unwind(|| check(&text, pinned, &codes));
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(rule)) => findings.push(rule),
            Err(_) => findings.push(format!("panic: {text:?}")),
        }
        *kinds
            .entry(read(&text, pinned, &codes).kind.name())
            .or_insert(0_u64) += 1;
        executions += 1;
    }
    println!(
        "{executions} executions in {:?}, {} findings; {kinds:?}",
        begin.elapsed(),
        findings.len()
    );
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
