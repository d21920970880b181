//! One audience's log.

use std::time::Instant;

use bytes::Bytes;

use crate::feeds::{
    frame::Frame,
    message::{Event, What},
    room::{KEPT, KEPT_BYTES, Lost, PIECE, Room, Told},
};

fn room() -> Room {
    Room::new("a".into(), 0, Instant::now())
}

fn event(kind: usize, number: u64) -> What {
    What::Event(Event {
        kind,
        first: number,
        number,
    })
}

fn comment(number: u64) -> What {
    event(0, number)
}

fn units(version: u64) -> What {
    What::State {
        of: ("units", "off_1".into()),
        version,
    }
}

fn tell(room: &mut Room, position: u64, what: What) -> Told {
    room.tell(
        position,
        what,
        Frame::Turned(format!("{position};").into()),
        1,
        Instant::now(),
    )
}

fn read(room: &mut Room, after: u64, upto: u64) -> Result<String, Lost> {
    let piece = room.piece(after, upto)?;
    Ok(piece
        .map(|piece| String::from_utf8(piece.bytes.to_vec()).unwrap())
        .unwrap_or_default())
}

#[test]
fn a_newer_state_takes_the_place_of_the_older() {
    let mut room = room();
    assert_eq!(tell(&mut room, 1, units(5)), Told::News);
    assert_eq!(tell(&mut room, 2, comment(1)), Told::News);
    assert_eq!(tell(&mut room, 3, units(5)), Told::Old);
    assert_eq!(tell(&mut room, 4, units(4)), Told::Old);
    assert_eq!(read(&mut room, 0, 4), Ok("1;2;".into()));
    assert_eq!(tell(&mut room, 5, units(6)), Told::News);
    assert_eq!(read(&mut room, 0, 5), Ok("2;5;".into()));
    assert_eq!(read(&mut room, 0, 4), Ok("2;".into()));
    assert_eq!(read(&mut room, 2, 5), Ok("5;".into()));
    assert_eq!(read(&mut room, 5, 5), Ok(String::new()));
    assert_eq!(read(&mut room, 9, 5), Ok(String::new()));
}

#[test]
fn a_repeated_event_is_left_out_and_a_missing_one_is_seen() {
    let mut room = room();
    assert_eq!(
        tell(&mut room, 1, comment(7)),
        Told::News,
        "the first that is heard may have any number"
    );
    assert_eq!(tell(&mut room, 2, comment(7)), Told::Old);
    assert_eq!(tell(&mut room, 3, comment(8)), Told::News);
    assert_eq!(
        tell(&mut room, 4, event(2, 1)),
        Told::News,
        "each kind counts for itself"
    );
    assert_eq!(tell(&mut room, 5, comment(10)), Told::Gap);
    assert_eq!(read(&mut room, 4, 5), Err(Lost));
    assert_eq!(
        read(&mut room, 5, 5),
        Ok(String::new()),
        "a snapshot that was asked for now holds number 10"
    );
    assert_eq!(tell(&mut room, 6, comment(9)), Told::Old, "and number 9");
    assert_eq!(tell(&mut room, 7, comment(11)), Told::News);
    assert_eq!(read(&mut room, 5, 7), Ok("7;".into()));
}

#[test]
fn the_owners_word_tells_whether_the_first_event_is_the_next() {
    let mut room = room();
    room.name([Some(3), Some(0), None, None, None]);
    room.name([Some(4), Some(1), None, None, None]);
    assert_eq!(tell(&mut room, 1, event(1, 2)), Told::Gap);
    assert_eq!(tell(&mut room, 2, comment(3)), Told::News);
    assert_eq!(tell(&mut room, 3, comment(4)), Told::News);
}

#[test]
fn the_oldest_go_first_and_who_has_not_read_them_is_lost() {
    let mut room = room();
    for number in 1..=KEPT as u64 {
        tell(&mut room, 10 * number, comment(number));
    }
    assert!(room.covers(0));
    tell(&mut room, 50_000, units(1));
    assert!(!room.covers(9));
    assert!(room.covers(10));
    let mut room = self::room();
    room.tell(
        1,
        comment(1),
        Frame::Turned("x".into()),
        KEPT_BYTES,
        Instant::now(),
    );
    room.tell(
        2,
        comment(2),
        Frame::Turned("x".into()),
        KEPT_BYTES,
        Instant::now(),
    );
    assert_eq!(read(&mut room, 0, 2), Err(Lost));
    assert_eq!(read(&mut room, 1, 2), Ok("x".into()));
}

#[test]
fn what_was_forgotten_can_be_told_again() {
    let mut room = room();
    tell(&mut room, 1, units(5));
    room.forget(Instant::now() + std::time::Duration::from_secs(1));
    assert!(!room.covers(0));
    assert!(room.has_heard());
    assert_eq!(tell(&mut room, 2, units(5)), Told::News);
    assert_eq!(read(&mut room, 1, 2), Ok("2;".into()));
}

#[test]
fn viewers_at_the_same_place_share_one_piece() {
    let mut room = room();
    for number in 1..=5 {
        tell(&mut room, number, comment(number));
    }
    let one = room.piece(2, 5).unwrap().unwrap();
    let two = room.piece(2, 5).unwrap().unwrap();
    assert_eq!(one.bytes.as_ptr(), two.bytes.as_ptr());
    assert_eq!(&one.bytes[..], b"3;4;5;");
}

#[test]
fn a_piece_is_cut_between_events() {
    let mut room = room();
    let long = Bytes::from(vec![b'x'; PIECE / 2 - 1]);
    for number in 1..=5 {
        room.tell(
            number,
            comment(number),
            Frame::Turned(long.clone()),
            1,
            Instant::now(),
        );
    }
    let piece = room.piece(0, 9).unwrap().unwrap();
    assert_eq!(
        (piece.last, piece.is_cut(), piece.bytes.len()),
        (2, true, 2 * long.len())
    );
    let piece = room.piece(4, 9).unwrap().unwrap();
    assert_eq!((piece.last, piece.is_cut()), (5, false));
}

#[test]
fn numbers_of_a_snapshot_are_still_to_come_unless_the_log_is_past_them() {
    let mut room = room();
    tell(&mut room, 1, comment(1));
    tell(&mut room, 2, comment(2));
    tell(&mut room, 3, comment(3));
    let all = |comments| [Some(comments), Some(0), Some(4), Some(0), Some(0)];
    assert_eq!(
        room.still_to_come(2, all(2)),
        [None, None, Some(4), None, None]
    );
    assert_eq!(
        room.still_to_come(2, all(3)),
        [Some(3), None, Some(4), None, None]
    );
    assert_eq!(
        room.still_to_come(3, all(3)),
        [None, None, Some(4), None, None]
    );
    assert_eq!(
        room.still_to_come(3, all(9)),
        [Some(9), None, Some(4), None, None]
    );
}

#[test]
fn a_rush_takes_the_numbers_of_all_its_lines() {
    let mut room = Room::new("t".into(), 0, Instant::now());
    let sale = |first, number| {
        What::Event(Event {
            kind: 2,
            first,
            number,
        })
    };
    assert_eq!(tell(&mut room, 1, sale(1, 1)), Told::News);
    assert_eq!(tell(&mut room, 2, sale(2, 40)), Told::News);
    assert_eq!(tell(&mut room, 3, sale(2, 40)), Told::Old);
    assert_eq!(
        room.still_to_come(1, [None, None, Some(40), None, None]),
        [None, None, Some(40), None, None],
        "who came in by a snapshot with it does not get it again"
    );
    assert_eq!(tell(&mut room, 4, sale(42, 50)), Told::Gap);
}
