package daemon

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"wangpan/wire/durable"
)

// loadKey returns the server's key and self-signed certificate from dir, which
// it makes at first start (server.key and server.crt, both 0600). Clients pin
// the key alone, so a certificate that is lost, or is another key's, is made
// again; a lost key is refused, because a new one would look to every client
// like an attack.
func loadKey(dir string) (tls.Certificate, error) {
	keyFile, certFile := filepath.Join(dir, "server.key"), filepath.Join(dir, "server.crt")
	key, err := readKey(keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(certFile); err == nil {
			return tls.Certificate{}, fmt.Errorf("server.key is missing beside server.crt: restore it, or remove server.crt to start with a new key that every client has to trust again")
		}
		key, err = makeKey(keyFile)
	}
	if err != nil {
		return tls.Certificate{}, err
	}
	fits, err := certifies(certFile, key)
	if err == nil && !fits {
		err = makeCertificate(certFile, key)
	}
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.LoadX509KeyPair(certFile, keyFile)
}

// certifies reports whether the certificate in file is there and is key's own,
// which it is not when the key alone was restored from a backup.
func certifies(file string, key *ecdsa.PrivateKey) (bool, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return false, errors.New("server.crt holds no PEM block")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return false, fmt.Errorf("parse server.crt: %w", err)
	}
	return key.PublicKey.Equal(certificate.PublicKey), nil
}

func readKey(file string) (*ecdsa.PrivateKey, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("server.key holds no PEM block")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parse server.key: %w", err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("server.key holds a %T, not an ECDSA key", parsed)
	}
	return key, nil
}

func makeKey(file string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writeFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func makeCertificate(file string, key *ecdsa.PrivateKey) error {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "wangpand"},
		NotBefore:    time.Now().Add(-24 * time.Hour),
		// No end, as RFC 5280, 4.1.2.5 writes it: the key is pinned, not dated.
		NotAfter: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	return writeFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// writeFile puts data under name at once and whole, with mode 0600, and
// returns when it is on the disk.
func writeFile(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // 0600, O_EXCL
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(name))
}
