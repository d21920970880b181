//! An organiser's banned words.

use chassis::{
    actor::{ActorExt as _, MODERATES},
    id::OrganiserId,
    refusal::Fields,
    rpc::Asked,
};
use proto::livestream::v1::{BannedWords, SetBannedWords, ShowBannedWords};

use super::acts::{self, Act};
use crate::{
    Ctx,
    domain::banned::{LONGEST, MOST},
    error::Error,
    store::{self, moderation::Banned},
    wire::asked as read,
};

/// Replaces the words; none: nothing is banned.
///
/// # Errors
/// Too many, too long, not a moderator of this organiser.
pub async fn set_banned_words(
    ctx: Ctx,
    asked: Asked<SetBannedWords>,
) -> Result<BannedWords, Error> {
    let by = asked.actor.account()?;
    let organiser: OrganiserId = read::id("organiser_id", &asked.request.organiser_id)?;
    asked.actor.must_work_for(organiser, MODERATES)?;
    let mut fields = Fields::default();
    if asked.request.words.len() > MOST {
        fields.refuse(
            "words",
            format!("Tối đa {MOST} từ."),
            format!("At most {MOST} words."),
        );
    }
    let mut words = Vec::new();
    for (index, word) in asked.request.words.iter().take(MOST).enumerate() {
        words.extend(read::line(
            &mut fields,
            &format!("words[{index}]"),
            word,
            LONGEST,
        ));
    }
    fields.finish()?;
    let mut tx = ctx.begin().await?;
    let now = ctx.clock.db_now(&mut tx).await?;
    let banned = Banned { words, set_by: by };
    store::moderation::set_banned(&mut tx, organiser, &banned).await?;
    let act = Act {
        name: "banned_words",
        target: banned.words.join(", "),
        reason: String::new(),
    };
    acts::note_of_organiser(&ctx, &mut tx, organiser, act, by, now).await?;
    ctx.commit(tx).await?;
    Ok(BannedWords {
        organiser_id: organiser.to_string(),
        words: banned.words,
    })
}

/// The words as they are.
///
/// # Errors
/// Not a moderator of this organiser.
pub async fn show_banned_words(
    ctx: Ctx,
    asked: Asked<ShowBannedWords>,
) -> Result<BannedWords, Error> {
    let organiser: OrganiserId = read::id("organiser_id", &asked.request.organiser_id)?;
    asked.actor.must_work_for(organiser, MODERATES)?;
    let mut conn = ctx.db.acquire().await?;
    let banned = store::moderation::banned(&mut conn, organiser).await?;
    Ok(BannedWords {
        organiser_id: organiser.to_string(),
        words: banned.map(|banned| banned.words).unwrap_or_default(),
    })
}
