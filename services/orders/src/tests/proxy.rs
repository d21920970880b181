//! A way to Postgres that can lose an answer, or be shut.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use chassis::lifecycle::Lifecycle;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Stands between the service and its database.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxy {
    state: Arc<State>,
    lifecycle: Lifecycle,
}

#[derive(Debug, Default)]
struct State {
    /// Looked for in what goes to the database.
    word: Mutex<Vec<u8>>,
    /// How often it went by.
    seen: AtomicUsize,
    /// Answers to commits that are still to be lost, of transactions in which the word went by.
    to_lose: AtomicUsize,
}

impl Proxy {
    /// Opens it; returns the address by which the database is reached through it.
    pub(super) async fn open(database: &SecretString) -> (Self, SecretString) {
        let url = database.expose_secret();
        let (head, tail) = url.split_once('@').unwrap();
        let (server, path) = tail.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let proxy = Self::default();
        proxy
            .lifecycle
            .spawn(proxy.clone().listen(listener, server.to_owned()));
        let through = format!("{head}@127.0.0.1:{port}/{path}");
        (proxy, through.into())
    }

    /// Nothing goes through any more.
    pub(super) async fn shut(&self) {
        assert!(self.lifecycle.stop(super::PATIENCE).await);
    }

    /// Looks for a word from now on.
    pub(super) fn watch(&self, word: &str) {
        *self.state.word.lock().unwrap() = word.as_bytes().to_vec();
        self.state.seen.store(0, Ordering::SeqCst);
    }

    /// Has the watched word gone by?
    pub(super) fn saw_it(&self) -> bool {
        self.state.seen.load(Ordering::SeqCst) > 0
    }

    /// Commits the next transaction with this word, and loses the answer.
    pub(super) fn lose_commit_of(&self, word: &str) {
        self.watch(word);
        self.state.to_lose.store(1, Ordering::SeqCst);
    }

    /// Has the answer been lost?
    pub(super) fn lost_it(&self) -> bool {
        self.saw_it() && self.state.to_lose.load(Ordering::SeqCst) == 0
    }

    async fn listen(self, listener: TcpListener, server: String) {
        loop {
            let client = tokio::select! {
                client = listener.accept() => client.unwrap().0,
                () = self.lifecycle.stopping() => return,
            };
            let (state, server) = (Arc::clone(&self.state), server.clone());
            let lifecycle = self.lifecycle.clone();
            self.lifecycle.spawn(async move {
                tokio::select! {
                    // Either side may go whenever it likes.
                    _ = state.carry(client, server) => {}
                    () = lifecycle.stopping() => {}
                }
            });
        }
    }
}

impl State {
    async fn carry(&self, mut client: TcpStream, server: String) -> std::io::Result<()> {
        let mut server = TcpStream::connect(server).await?;
        let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        let mut marked = false;
        loop {
            tokio::select! {
                count = client.read(&mut asked) => {
                    let asked = &asked[..count?];
                    if asked.is_empty() {
                        return Ok(());
                    }
                    if self.contains_the_word(asked) {
                        self.seen.fetch_add(1, Ordering::SeqCst);
                        marked = true;
                    }
                    server.write_all(asked).await?;
                }
                count = server.read(&mut answered) => {
                    let answered = &answered[..count?];
                    if answered.is_empty() {
                        return Ok(());
                    }
                    if marked && contains(answered, b"COMMIT\0") {
                        marked = false;
                        let lose = |left: usize| left.checked_sub(1);
                        if self.to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, lose).is_ok() {
                            return Ok(());
                        }
                    }
                    client.write_all(answered).await?;
                }
            }
        }
    }

    fn contains_the_word(&self, text: &[u8]) -> bool {
        let word = self.word.lock().unwrap();
        !word.is_empty() && contains(text, &word)
    }
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}
