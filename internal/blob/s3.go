package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"guiche/internal/fault"
)

// S3 is a Store in a bucket of an S3 server, for installations of several machines.
type S3 struct {
	client *minio.Client
	bucket string
	spool  string // folder in which a blob waits, whole and hashed, before it is sent
	// How long a server that no longer answers is waited for: for a connection and the beginning of an answer, three times
	// each; until a whole blob, 20 MB at most, is sent; and for everything else, like each piece of a blob that is read.
	dialer    *net.Dialer
	transport *http.Transport
	sending   time.Duration
	silence   time.Duration
	try       func() error  // whether the spool takes a blob
	trying    chan struct{} // full while that is tried
}

// putMark is the metadata by which a Put knows its own object again.
const putMark = "Guiche-Put"

// OpenS3 gives the bucket of an address like s3://bucket?endpoint=https://host:port&region=name. The access key comes
// from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the AWS credentials file, or the machine's role. Nothing is asked
// of the server: it may be down now and answer later. Blobs are spooled in folder.
func OpenS3(address, folder string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil || u.Path != "" {
		return nil, errors.New("escreva s3://balde?endpoint=https://servidor&region=região")
	}
	endpoint, err := url.Parse(u.Query().Get("endpoint"))
	if err != nil || endpoint.Host == "" || (endpoint.Scheme != "https" && endpoint.Scheme != "http") {
		return nil, errors.New("endpoint: escreva o endereço do servidor, como https://s3.exemplo.gov.br")
	}
	secure := endpoint.Scheme == "https"
	transport, err := minio.DefaultTransport(secure)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	transport.DialContext, transport.ResponseHeaderTimeout = dialer.DialContext, 10*time.Second
	client, err := minio.New(endpoint.Host, &minio.Options{
		Transport: transport,
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: &http.Client{Timeout: 2 * time.Second}},
		}),
		Secure: secure, Region: u.Query().Get("region"), MaxRetries: 3,
	})
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, down(err)
	}
	s := &S3{client: client, bucket: u.Host, spool: folder, dialer: dialer, transport: transport, sending: time.Minute, silence: 30 * time.Second, trying: make(chan struct{}, 1)}
	s.try = s.trySpool
	return s, nil
}

// Close implements io.Closer; there is nothing to end.
func (s *S3) Close() error { return nil }

// Put implements Store: the blob is spooled and hashed, then sent in one request on the condition that the key is
// free. S3 answers when the object is durable.
func (s *S3) Put(ctx context.Context, key string, r io.Reader) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	file, err := s.unnamed()
	if err != nil {
		return Info{}, down(err)
	}
	defer func() { _ = file.Close() }() // which is the end of it
	hash, src := sha256.New(), &source{ctx: ctx, r: r}
	size, err := io.Copy(io.MultiWriter(file, hash), src)
	if src.err != nil {
		return Info{}, fmt.Errorf("blob: source: %w", src.err)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return Info{}, down(err)
	}
	return Info{Size: size, SHA256: hex.EncodeToString(hash.Sum(nil))}, s.send(ctx, key, file, size)
}

// unnamed is a new file without a name, of which nothing stays when the program is killed.
func (s *S3) unnamed() (*os.File, error) {
	file, err := os.CreateTemp(s.spool, tempPrefix+"*")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}

func (s *S3) send(ctx context.Context, key string, r io.Reader, size int64) error {
	ctx, stop := context.WithTimeout(ctx, s.sending)
	defer stop()
	mark := rand.Text()
	opts := minio.PutObjectOptions{DisableMultipart: true, ContentType: "application/octet-stream", UserMetadata: map[string]string{putMark: mark}}
	opts.SetMatchETagExcept("*")
	_, err := s.client.PutObject(ctx, s.bucket, key, r, size, opts)
	if status(err) != http.StatusPreconditionFailed && status(err) != http.StatusConflict {
		return failure(err)
	}
	// An answer that was lost on the way makes the client ask again, and meet what it stored itself.
	if info, statErr := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{}); statErr == nil && info.UserMetadata[putMark] == mark {
		return nil
	}
	return fault.Wrap(fault.Conflict, "", errTaken)
}

// Open implements Store. What is read is fetched as it is read.
func (s *S3) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	w := watched(ctx, s.silence)
	file, err := s.client.GetObject(w, s.bucket, key, minio.GetObjectOptions{})
	if err == nil {
		_, err = file.Stat()
	}
	if err != nil {
		err = w.judge(err)
		w.end() // which is the end of file too
		return nil, err
	}
	w.timer.Stop()
	return object{file, w}, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, s.silence)
	defer stop()
	return failure(s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
}

// Keys implements Store, by the server's time of each object.
func (s *S3) Keys(ctx context.Context, before time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		w := watched(ctx, s.silence)
		defer w.end()
		for object := range s.client.ListObjectsIter(w, s.bucket, minio.ListObjectsOptions{Recursive: true}) {
			w.timer.Stop()
			if object.Err != nil {
				yield("", w.judge(object.Err))
				return
			}
			if checkKey(object.Key) == nil && object.LastModified.Before(before) && !yield(object.Key, nil) {
				return
			}
			w.again()
		}
		if w.Err() != nil { // between two pages, which looks like the end of the last one
			yield("", w.judge(w.Err()))
		}
	}
}

// Ready tells whether the server answers, the bucket is there, and the spool takes a blob.
func (s *S3) Ready(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err == nil && !there {
		err = fmt.Errorf("blob: no bucket %s", s.bucket)
	}
	if err != nil {
		return failure(err)
	}
	return s.spoolReady(ctx)
}

// spoolReady gives up a disk that hangs when ctx ends. Who asks next waits for the same try: there is never a second.
func (s *S3) spoolReady(ctx context.Context) error {
	tried := make(chan error, 1)
	select {
	case s.trying <- struct{}{}:
		go func() { tried <- s.try(); <-s.trying }()
	case <-ctx.Done():
	}
	select {
	case err := <-tried:
		return down(err)
	case <-ctx.Done():
		return down(fmt.Errorf("blob: the spool's disk does not answer: %w", ctx.Err()))
	}
}

func (s *S3) trySpool() error {
	file, err := s.unnamed()
	if err != nil {
		return err
	}
	_, err = file.WriteString("pronto")
	return errors.Join(err, file.Close())
}

func status(err error) int {
	var answer minio.ErrorResponse
	_ = errors.As(err, &answer)
	return answer.StatusCode
}

func failure(err error) error {
	switch {
	case err == nil:
		return nil
	case minio.ToErrorResponse(err).Code == minio.NoSuchKey:
		return fault.Wrap(fault.NotFound, missing, err)
	case errors.Is(err, context.Canceled):
		return err
	}
	return down(err)
}
