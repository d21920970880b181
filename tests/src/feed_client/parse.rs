//! Server-sent events as the WHATWG standard reads them: lines, fields, an empty line ends a message.

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Its kind.
    pub event: String,
    /// What a client comes back with; none keeps the one before.
    pub id: Option<String>,
    /// All its lines.
    pub data: String,
}

/// Takes bytes as they come, gives messages.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    message: Message,
    has_data: bool,
}

impl Parser {
    /// The messages that these bytes complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.line.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            let line = std::mem::take(&mut self.line);
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line));
            if line.is_empty() {
                let message = std::mem::take(&mut self.message);
                // The standard drops what has no data.
                if std::mem::take(&mut self.has_data) {
                    messages.push(message);
                }
            } else {
                self.field(&line);
            }
        }
        self.line.extend_from_slice(rest);
        messages
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.message.event),
            "id" => self.message.id = Some(value.to_owned()),
            "data" => {
                if self.has_data {
                    self.message.data.push('\n');
                }
                self.message.data.push_str(value);
                self.has_data = true;
            }
            // `retry` is for pages; a line that starts with a colon is a comment.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_whole_however_they_are_cut() {
        let text = "retry: 2000\n\n: ♥\n\nevent: units\nid: a-7\ndata: {\"a\":\ndata: 1}\n\nevent: reset\r\ndata: {}\r\n\r\nid: x\n\n";
        let whole = Parser::default().push(text.as_bytes());
        let units = Message {
            event: "units".into(),
            id: Some("a-7".into()),
            data: "{\"a\":\n1}".into(),
        };
        let reset = Message {
            event: "reset".into(),
            id: None,
            data: "{}".into(),
        };
        assert_eq!(whole, [units, reset]);
        let mut parser = Parser::default();
        let bytewise: Vec<Message> = text.bytes().flat_map(|byte| parser.push(&[byte])).collect();
        assert_eq!(bytewise, whole);
    }
}
