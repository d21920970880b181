//! Today's wire against the committed baseline: nothing removed, renumbered or retyped.
//!
//! The baseline is one line a field, enum value, request and event, so that a review sees what a change does to
//! those who still speak the older version. What is only new is added to it by `make baseline`.

use std::{collections::BTreeSet, path::Path};

use prost::Message as _;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};
use proto::contract;

fn today() -> BTreeSet<String> {
    let files = FileDescriptorSet::decode(proto::DESCRIPTORS)
        .expect("the descriptors were made by the build");
    let mut lines = BTreeSet::new();
    for file in &files.file {
        for message in &file.message_type {
            message_lines(file.package(), message, &mut lines);
        }
        for one in &file.enum_type {
            enum_lines(file.package(), one, &mut lines);
        }
    }
    for (subject, request, reply) in contract::requests() {
        lines.insert(format!("request {subject} {request} -> {reply}"));
    }
    for (subject, event, _) in contract::events() {
        lines.insert(format!("event {subject} {event}"));
    }
    lines
}

fn message_lines(scope: &str, message: &DescriptorProto, lines: &mut BTreeSet<String>) {
    let name = format!("{scope}.{}", message.name());
    for field in &message.field {
        let of = field.type_name().trim_start_matches('.');
        let one_of = field
            .oneof_index
            .map_or(String::new(), |_| " oneof".to_owned());
        lines.insert(format!(
            "field {name} {:03} {} {:?} {:?} {of}{one_of}",
            field.number(),
            field.name(),
            field.label(),
            field.r#type()
        ));
    }
    for nested in &message.nested_type {
        message_lines(&name, nested, lines);
    }
    for one in &message.enum_type {
        enum_lines(&name, one, lines);
    }
}

fn enum_lines(scope: &str, one: &EnumDescriptorProto, lines: &mut BTreeSet<String>) {
    for value in &one.value {
        lines.insert(format!(
            "value {scope}.{} {:03} {}",
            one.name(),
            value.number(),
            value.name()
        ));
    }
}

#[test]
fn what_was_said_once_is_still_understood() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline.txt");
    let today = today();
    let baseline: BTreeSet<String> = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect();
    let broken: Vec<_> = baseline.difference(&today).collect();
    assert!(
        broken.is_empty(),
        "the wire was changed, not extended; older roles and stored events break:\n{broken:#?}"
    );
    let new: Vec<_> = today.difference(&baseline).collect();
    if std::env::var_os("PHIEN_WRITE_BASELINE").is_some() {
        let text: String = today.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, text).expect("the baseline can be written");
    } else {
        assert!(
            new.is_empty(),
            "new on the wire: add it to the baseline by `make baseline`:\n{new:#?}"
        );
    }
}

#[test]
fn every_subject_is_one_requests_or_events() {
    let subjects: Vec<&str> = contract::requests()
        .iter()
        .map(|one| one.0)
        .chain(contract::events().iter().map(|one| one.0))
        .collect();
    let unique: BTreeSet<&str> = subjects.iter().copied().collect();
    assert_eq!(unique.len(), subjects.len());
}

#[test]
fn the_readme_lists_every_request_and_event() {
    let readme = include_str!("../README.md");
    let short = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    for (subject, request, reply) in contract::requests() {
        let row = format!(
            "| `{subject}` | `{}` | `{}` |",
            short(&request),
            short(&reply)
        );
        assert!(readme.contains(&row), "missing in proto/README.md: {row}");
    }
    for (subject, event, hearers) in contract::events() {
        let row = format!(
            "| `{subject}` | `{}` | {} |",
            short(&event),
            hearers.join(", ")
        );
        assert!(readme.contains(&row), "missing in proto/README.md: {row}");
    }
}
