//! The part of the NATS server's settings that says who may connect and what each may do.

use std::{collections::BTreeSet, fmt::Write as _};

use super::permissions::{self, Permissions, USERS};

/// The one account, with one user a role; `key_of` gives each user's public key, or the variable that holds it.
///
/// There is no user without a key, no default permission, and no account of the system that anybody could use.
///
/// # Errors
/// When a key cannot be given.
pub fn accounts<E>(mut key_of: impl FnMut(&str) -> Result<String, E>) -> Result<String, E> {
    let mut text = String::from(
        "# Printed by `phien nats config`, from the contract: who may say and hear what.\n\
         accounts {\n  PHIEN {\n    jetstream: enabled\n    users: [\n",
    );
    for user in USERS {
        let Permissions {
            publish,
            subscribe,
            answers,
        } = permissions::of(user);
        let key = key_of(user)?;
        let mut line = |line: &str| writeln!(text, "      {line}").expect("a String takes all");
        line(&format!("# {user}"));
        line("{");
        line(&format!("  nkey: {key}"));
        line("  permissions: {");
        line("    publish: { allow: [");
        subjects(&publish).for_each(|subject| line(&subject));
        line("    ] }");
        line("    subscribe: { allow: [");
        subjects(&subscribe).for_each(|subject| line(&subject));
        line("    ] }");
        if answers {
            // Longer than anybody waits for an answer.
            line("    allow_responses: { max: 1, expires: \"30s\" }");
        }
        line("  }");
        line("}");
    }
    text.push_str("    ]\n  }\n}\n");
    Ok(text)
}

/// The same with each public key in a variable of the server's environment, such as `NATS_KEY_ORDERS`.
#[must_use]
pub fn accounts_with_variables() -> String {
    let text = accounts(|user| Ok::<_, std::convert::Infallible>(format!("${}", variable(user))));
    match text {
        Ok(text) => text,
        Err(never) => match never {},
    }
}

/// The variable of a user's public key.
#[must_use]
pub fn variable(user: &str) -> String {
    format!("NATS_KEY_{}", user.to_uppercase())
}

fn subjects(subjects: &BTreeSet<String>) -> impl Iterator<Item = String> {
    subjects
        .iter()
        .map(|subject| format!("      \"{subject}\""))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_file_is_what_the_contract_says() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../deploy/nats/accounts.conf"
        );
        let committed = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            committed == super::accounts_with_variables(),
            "write it anew: `cargo run -p phien -- nats config > deploy/nats/accounts.conf`"
        );
    }
}
