//! A way between two processes that can be cut, slowed, or go silent in either direction.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chassis::lifecycle::Lifecycle;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// What the way is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Way {
    /// Connections are ended, and new ones with them.
    pub cut: bool,
    /// Nothing arrives from who connects; it is kept, as the kernel of a lost network keeps it.
    pub silent_out: bool,
    /// Nothing arrives at who connects.
    pub silent_in: bool,
    /// What every piece is late by.
    pub late: Duration,
}

/// Listens on a port of its own and carries what comes to its target.
#[derive(Debug, Clone)]
pub struct Proxy {
    address: SocketAddr,
    target: SocketAddr,
    way: watch::Sender<Way>,
    /// Counts what ends all connections: those of an earlier number end.
    resets: watch::Sender<u64>,
    carried: Arc<AtomicU64>,
    lifecycle: Lifecycle,
}

impl Proxy {
    /// Opens it, in front of `target`.
    ///
    /// # Errors
    /// When no port is to be had.
    pub async fn open(target: SocketAddr, lifecycle: &Lifecycle) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let proxy = Self {
            address: listener.local_addr()?,
            target,
            way: watch::channel(Way::default()).0,
            resets: watch::channel(0).0,
            carried: Arc::default(),
            lifecycle: lifecycle.clone(),
        };
        lifecycle.spawn(proxy.clone().listen(listener));
        Ok(proxy)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections so far.
    #[must_use]
    pub fn carried(&self) -> u64 {
        self.carried.load(Ordering::Relaxed)
    }

    /// Makes the way so from now on.
    pub fn set(&self, way: Way) {
        if way.cut {
            self.reset();
        }
        self.way.send_replace(way);
    }

    /// Ends every connection; new ones are taken.
    pub fn reset(&self) {
        self.resets.send_modify(|count| *count += 1);
    }

    async fn listen(self, listener: TcpListener) {
        loop {
            let taken = tokio::select! {
                taken = listener.accept() => taken,
                () = self.lifecycle.stopping() => return,
            };
            let Ok((client, _)) = taken else {
                // Out of file descriptors, say.
                self.lifecycle.sleep(Duration::from_millis(50)).await;
                continue;
            };
            if self.way.borrow().cut {
                continue;
            }
            self.carried.fetch_add(1, Ordering::Relaxed);
            let proxy = self.clone();
            self.lifecycle
                .spawn(async move { proxy.carry(client).await });
        }
    }

    async fn carry(self, client: TcpStream) {
        let mut resets = self.resets.subscribe();
        let begun = *resets.borrow_and_update();
        let both = async {
            // A silent network answers nobody who connects.
            let mut way = self.way.subscribe();
            way.wait_for(|way| !way.silent_out).await.ok()?;
            let server = TcpStream::connect(self.target).await.ok()?;
            client.set_nodelay(true).ok()?;
            server.set_nodelay(true).ok()?;
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            let out = pass(from_client, to_server, self.way.subscribe(), |way| {
                way.silent_out
            });
            let back = pass(from_server, to_client, self.way.subscribe(), |way| {
                way.silent_in
            });
            tokio::join!(out, back);
            Some(())
        };
        tokio::select! {
            _ = both => {}
            _ = resets.wait_for(|count| *count != begun) => {}
            () = self.lifecycle.stopping() => {}
        }
    }
}

/// Carries one direction until its end, which is passed on.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut way: watch::Receiver<Way>,
    silent: fn(&Way) -> bool,
) {
    let mut piece = vec![0; 32 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        if way.wait_for(|way| !silent(way)).await.is_err() {
            return;
        }
        let late = way.borrow().late;
        if !late.is_zero() {
            tokio::time::sleep(late).await;
        }
        if to.write_all(&piece[..count]).await.is_err() {
            return;
        }
    }
    // The other side may have gone already.
    let _ = to.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn echo(lifecycle: &Lifecycle) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        lifecycle.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (mut from, mut to) = stream.into_split();
                drop(tokio::io::copy(&mut from, &mut to).await);
            }
        });
        address
    }

    async fn said(stream: &mut TcpStream) -> io::Result<u8> {
        stream.write_all(b"a").await?;
        stream.read_u8().await
    }

    #[tokio::test]
    async fn a_cut_ends_connections_and_an_open_way_carries() {
        let lifecycle = Lifecycle::default();
        let proxy = Proxy::open(echo(&lifecycle).await, &lifecycle)
            .await
            .unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(said(&mut stream).await.unwrap(), b'a');
        proxy.set(Way {
            cut: true,
            ..Way::default()
        });
        assert!(said(&mut stream).await.is_err());
        let mut refused = TcpStream::connect(proxy.address()).await.unwrap();
        assert!(said(&mut refused).await.is_err());
    }

    #[tokio::test]
    async fn what_a_silent_way_keeps_arrives_when_it_speaks_again() {
        let lifecycle = Lifecycle::default();
        let proxy = Proxy::open(echo(&lifecycle).await, &lifecycle)
            .await
            .unwrap();
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(said(&mut stream).await.unwrap(), b'a');
        proxy.set(Way {
            silent_in: true,
            ..Way::default()
        });
        let quiet = tokio::time::timeout(Duration::from_millis(100), said(&mut stream)).await;
        assert!(quiet.is_err(), "something came: {quiet:?}");
        proxy.set(Way::default());
        assert_eq!(stream.read_u8().await.unwrap(), b'a');
    }
}
