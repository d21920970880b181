//! `phien comments`: what comments mean, one JSON line in, one JSON line out. Needs no server.

use std::io::{BufRead, Write};

use anyhow::Context as _;
use livestream::domain::{
    claim::{self, Reading},
    claim_code::ClaimCode,
};
use serde_json::{Map, Value, json};

/// What `phien comments --help` says.
pub const HELP: &str = r#"Say what live comments mean: JSON lines in, JSON lines out.

In:  {"text": "chốt A05 x2", "pinned": "A05", "codes": ["A05", "B02"]}
     pinned: the code that is pinned at that moment, or null; codes: all claim codes of the session.
Out: {"kind": "claim", "lines": [{"code": "A05", "quantity": 2}], "confidence": "high"}, at once.
     kind: claim, cancel, cancel_all, change, invalid_quantity, unknown_code, none.
     confidence: high, medium, low (a person should look; a none of low confidence may be a claim).

A line that cannot be read gives {"error": "line 3: codes[1]: …"}, and in the end the exit code 1."#;

/// Reads comments as JSON lines on standard input, prints what each means as a JSON line; `--help` has the format.
#[derive(Debug, clap::Args)]
pub struct Comments {}

impl Comments {
    /// Reads standard input to its end.
    ///
    /// # Errors
    /// When a line could not be read, after all the others were.
    pub fn run(&self) -> anyhow::Result<()> {
        let bad = read_all(std::io::stdin().lock(), std::io::stdout().lock())?;
        anyhow::ensure!(bad == 0, "lines that could not be read: {bad}");
        Ok(())
    }
}

/// Answers every line at once; the number of those that could not be read.
fn read_all(mut input: impl BufRead, mut output: impl Write) -> anyhow::Result<u64> {
    let mut bad = 0;
    let mut bytes = Vec::new();
    for number in 1_u64.. {
        bytes.clear();
        let len = input.read_until(b'\n', &mut bytes);
        if len.context("reading standard input")? == 0 {
            break;
        }
        let line = bytes.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let answer = read(line).unwrap_or_else(|problem| {
            bad += 1;
            json!({ "error": format!("line {number}: {problem}") })
        });
        writeln!(output, "{answer}")
            .and_then(|()| output.flush())
            .context("writing to standard output")?;
    }
    Ok(bad)
}

/// What one line means, or which field is wrong and why.
fn read(line: &[u8]) -> Result<Value, String> {
    let line = std::str::from_utf8(line).map_err(|problem| format!("not UTF-8: {problem}"))?;
    let line: Map<String, Value> =
        serde_json::from_str(line).map_err(|problem| format!("not a JSON object: {problem}"))?;
    let text = match line.get("text") {
        Some(Value::String(text)) => text,
        Some(_) => return Err("text: must be a string".to_owned()),
        None => return Err("text: missing".to_owned()),
    };
    let pinned = match line.get("pinned") {
        None | Some(Value::Null) => None,
        Some(pinned) => Some(code("pinned", pinned)?),
    };
    let codes = match line.get("codes") {
        Some(Value::Array(codes)) => codes
            .iter()
            .enumerate()
            .map(|(nth, value)| code(&format!("codes[{nth}]"), value))
            .collect::<Result<Vec<_>, _>>()?,
        Some(_) => return Err("codes: must be an array of strings".to_owned()),
        None => return Err("codes: missing".to_owned()),
    };
    Ok(answer(&claim::read(text, pinned.as_ref(), &codes)))
}

fn code(field: &str, value: &Value) -> Result<ClaimCode, String> {
    let text = value
        .as_str()
        .ok_or_else(|| format!("{field}: must be a string"))?;
    ClaimCode::parse(text).map_err(|problem| format!("{field}: {problem}"))
}

fn answer(reading: &Reading) -> Value {
    let line =
        |line: &claim::Line| json!({ "code": line.code.as_str(), "quantity": line.quantity });
    json!({
        "kind": reading.kind.name(),
        "lines": reading.lines.iter().map(line).collect::<Vec<_>>(),
        "confidence": reading.confidence.name(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &[u8]) -> (Vec<Value>, u64) {
        let mut output = Vec::new();
        let bad = read_all(input, &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        (lines.collect(), bad)
    }

    #[test]
    fn a_comment_is_answered() {
        let (answers, bad) = answers(
            "{\"text\": \"chốt a5 x2\", \"pinned\": null, \"codes\": [\"A05\"]}\n\n{\"text\": \"hủy đơn\", \"codes\": []}"
                .as_bytes(),
        );
        assert_eq!(bad, 0);
        let claim = json!({ "kind": "claim", "lines": [{ "code": "A05", "quantity": 2 }], "confidence": "high" });
        assert_eq!(answers[0], claim);
        assert_eq!(answers[1]["kind"], "cancel_all");
        assert_eq!(answers.len(), 2);
    }

    #[test]
    fn a_bad_line_is_named_and_the_rest_is_read() {
        let (answers, bad) = answers(
            b"{\"text\": 5, \"codes\": []}\n{\"pinned\": null, \"codes\": []}\n[1]\n{\"text\": \"\", \"codes\": [\"A05\", \"05\"]}\n\xff\n{\"text\": \"\", \"codes\": \"A05\"}\n{\"text\": \"\", \"pinned\": 7, \"codes\": []}\n{\"text\": \"A05\", \"codes\": [\"A05\"]}\n",
        );
        assert_eq!(bad, 7);
        let errors: Vec<&str> = answers
            .iter()
            .filter_map(|answer| answer["error"].as_str())
            .collect();
        assert_eq!(errors.len(), 7);
        for (error, begin) in errors.iter().zip([
            "line 1: text: must be a string",
            "line 2: text: missing",
            "line 3: not a JSON object",
            "line 4: codes[1]: a claim code is",
            "line 5: not UTF-8",
            "line 6: codes: must be an array",
            "line 7: pinned: must be a string",
        ]) {
            assert!(error.starts_with(begin), "{error}");
        }
        assert_eq!(answers[7]["kind"], "claim");
    }
}
