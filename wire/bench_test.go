package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"testing"
	"time"
)

// secured puts TLS 1.3 on both ends of a connection.
func secured(b *testing.B, dialled, accepted net.Conn) (client, server net.Conn) {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		b.Fatal(err)
	}
	certificate := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	there := tls.Server(accepted, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13})
	here := tls.Client(dialled, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13})
	done := make(chan error, 1)
	go func() { done <- there.Handshake() }()
	if err := here.Handshake(); err != nil {
		b.Fatal(err)
	}
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	return here, there
}

// BenchmarkFrames measures how many bytes of frames cross a loopback
// connection, one direction, both ends on this machine.
func BenchmarkFrames(b *testing.B) {
	for _, transport := range []string{"plain", "tls"} {
		for _, size := range []int{100, 4 << 10, ChunkSize, MaxFrame - 1} {
			b.Run(fmt.Sprintf("%s/%d", transport, size), func(b *testing.B) {
				here, there := loopback(b)
				if transport == "tls" {
					here, there = secured(b, here, there)
				}
				c, peer := NewConn(here, Timeouts{}), NewConn(there, Timeouts{Idle: time.Minute, Stall: time.Minute})
				peer.Open(MaxFrame)
				payload := make([]byte, size)
				done := make(chan error, 1)
				b.SetBytes(int64(size))
				b.ReportAllocs()
				go func() {
					for left := b.N * size; left > 0; {
						f, err := peer.ReadFrame()
						if err != nil {
							done <- err
							return
						}
						left -= len(f.Payload)
					}
					done <- nil
				}()
				b.ResetTimer()
				for range b.N {
					if err := c.WriteFrame(KindData, payload); err != nil {
						b.Fatal(err)
					}
				}
				if err := c.Flush(); err != nil {
					b.Fatal(err)
				}
				if err := <-done; err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

// BenchmarkRoundTrip measures a ping and its pong.
func BenchmarkRoundTrip(b *testing.B) {
	for _, transport := range []string{"plain", "tls"} {
		b.Run(transport, func(b *testing.B) {
			here, there := loopback(b)
			if transport == "tls" {
				here, there = secured(b, here, there)
			}
			c, peer := NewConn(here, Timeouts{}), NewConn(there, Timeouts{})
			go func() {
				for {
					f, err := peer.ReadFrame()
					if err != nil || peer.WriteFrame(KindPong, f.Payload) != nil || peer.Flush() != nil {
						return
					}
				}
			}()
			for b.Loop() {
				if err := c.WriteFrame(KindPing, []byte("12345678")); err != nil {
					b.Fatal(err)
				}
				if err := c.Flush(); err != nil {
					b.Fatal(err)
				}
				if _, err := c.ReadFrame(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
