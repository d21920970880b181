//! Photos: how many come in at once, and the few that are looked at most, kept in memory.
//!
//! What comes in is never kept or served as it came: [`make`] decodes it within limits and encodes it again.

mod make;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use chassis::Refusal;
use tokio::sync::{Semaphore, SemaphorePermit};

use self::make::make;
pub(crate) use self::make::{MOST_BYTES, Made, Picture};

/// Photos that are read from the network at once: each may have eight megabytes.
const COMING: usize = 8;
/// Photos that are decoded at once: each may take a quarter of a gigabyte and a core.
const MAKING: usize = 1;
/// What the memory of photos may take, bytes.
const REMEMBERED: usize = 32 * 1024 * 1024;

/// Which picture: the photo's hash, and whether the large one.
type Key = (String, bool);

/// The gateway's photos.
#[derive(Debug)]
pub(crate) struct Photos {
    coming: Semaphore,
    making: Semaphore,
    remembered: Mutex<Remembered>,
}

#[derive(Debug, Default)]
struct Remembered {
    pictures: HashMap<Key, Bytes>,
    /// Oldest first.
    order: VecDeque<Key>,
    bytes: usize,
}

impl Photos {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            coming: Semaphore::new(COMING),
            making: Semaphore::new(MAKING),
            remembered: Mutex::default(),
        }
    }

    /// A place to read one into; taken before its first byte.
    ///
    /// # Errors
    /// *busy*.
    pub(crate) fn enter(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        self.coming.try_acquire().map_err(|_| Refusal::busy())
    }

    /// Makes a photo anew, on a thread of its own.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) async fn make(&self, file: Bytes) -> Result<Made, Refusal> {
        let Ok(_place) = self.making.acquire().await else {
            return Err(Refusal::busy());
        };
        // The place is held until the thread is done, whoever waits for it.
        tokio::task::spawn_blocking(move || make(&file))
            .await
            .map_err(|_| Refusal::internal())?
            .map_err(Into::into)
    }

    /// A picture that is remembered.
    pub(crate) fn known(&self, photo_id: &str, large: bool) -> Option<Bytes> {
        let remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        remembered
            .pictures
            .get(&(photo_id.to_owned(), large))
            .cloned()
    }

    /// Remembers a picture; the oldest go.
    pub(crate) fn remember(&self, photo_id: String, large: bool, jpeg: Bytes) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        remembered.add((photo_id, large), jpeg, REMEMBERED);
    }
}

impl Remembered {
    fn add(&mut self, key: Key, jpeg: Bytes, most: usize) {
        if jpeg.len() > most || self.pictures.contains_key(&key) {
            return;
        }
        self.bytes += jpeg.len();
        self.order.push_back(key.clone());
        self.pictures.insert(key, jpeg);
        while self.bytes > most {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            if let Some(gone) = self.pictures.remove(&oldest) {
                self.bytes -= gone.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_has_a_bound() {
        let mut remembered = Remembered::default();
        for number in 0..100 {
            remembered.add((format!("{number}"), true), vec![0; 30].into(), 100);
            assert!(remembered.bytes <= 100);
        }
        assert_eq!(remembered.pictures.len(), 3);
        assert_eq!(remembered.order.len(), 3);
        assert!(remembered.pictures.contains_key(&("99".to_owned(), true)));
        remembered.add(("huge".into(), false), vec![0; 101].into(), 100);
        assert_eq!(
            remembered.pictures.len(),
            3,
            "what never fits drives nothing out"
        );
    }
}
