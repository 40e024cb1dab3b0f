// Command liveconnectd runs the Live Connect service, API v5.0, on this machine: for programs in any language that
// used to call https://apis.live.net/v5.0.
//
// It prints one JSON line to standard output when it is ready, with the base URLs and a signed-in account, and logs
// requests to standard error. Accounts are kept in memory and are gone when it ends.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/liveserver"
	"github.com/go-liveconnect/liveconnect/internal/memory"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "liveconnectd:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

// greeting is the line on standard output.
type greeting struct {
	API          string `json:"api"`
	Login        string `json:"login"`
	Storage      string `json:"storage"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	UserID       string `json:"user_id"`
}

// scopes of the token in the greeting: everything, so that it works with any program.
var scopes = []string{
	"wl.basic", "wl.signin", "wl.offline_access", "wl.birthday", "wl.calendars_update", "wl.contacts_birthday",
	"wl.contacts_create", "wl.contacts_update", "wl.contacts_calendars", "wl.contacts_photos", "wl.contacts_skydrive",
	"wl.contacts_emails", "wl.emails", "wl.events_create", "wl.phone_numbers", "wl.photos", "wl.postal_addresses",
	"wl.share", "wl.skydrive_update", "wl.work_profile", "wl.applications", "wl.applications_create",
}

const usage = `liveconnectd runs the Live Connect service (API v5.0) on this machine.

  liveconnectd [-addr HOST:PORT]

When it is ready it prints one JSON line with the base URLs, a registered application, and the tokens of an account:

  {"api":"http://127.0.0.1:8080/v5.0","login":"http://127.0.0.1:8080","storage":"http://127.0.0.1:8080",
   "client_id":"…","client_secret":"…","access_token":"…","refresh_token":"…","user_id":"…"}

Put "api" in the place of https://apis.live.net/v5.0 and "login" in the place of https://login.live.com. Requests are
logged to standard error. It ends on Ctrl-C or SIGTERM; what was stored is gone then.

`

// run is the program, without the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("liveconnectd", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	addr := flags.String("addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see -h", flags.Arg(0))
	}

	log := slog.New(slog.NewTextHandler(stderr, nil))
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *addr)
	if err != nil {
		return err
	}
	host := reachable(listener.Addr(), log)
	service, hello, err := setUp(log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	hello.API, hello.Login, hello.Storage = "http://"+host+"/v5.0", "http://"+host, "http://"+host

	server := &http.Server{Handler: service, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if err := json.NewEncoder(stdout).Encode(hello); err != nil { //nolint:gosec // the secrets are what it is for
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	return shutDown(server)
}

// setUp makes the service with one application and one account.
func setUp(log *slog.Logger) (*liveserver.Server, greeting, error) {
	hello := greeting{ClientID: "0000" + randomHex(6), ClientSecret: randomHex(16)}
	store := memory.New(memory.Options{})
	user, err := store.AddUser(liveserver.User{
		FirstName: "Roberto", LastName: "Tamburello", Emails: liveserver.Emails{Account: "roberto@contoso.com"},
	})
	if err != nil {
		return nil, hello, err
	}
	service, err := liveserver.New(liveserver.Config{
		Backend:     store,
		Clients:     []liveserver.Client{{ID: hello.ClientID, Secret: hello.ClientSecret, Name: "liveconnectd"}},
		AutoConsent: true,
		OnRequest:   func(r liveserver.Request) { logRequest(log, r) },
	})
	if err != nil {
		return nil, hello, err
	}
	token, err := service.IssueToken(hello.ClientID, user.ID, scopes)
	if err != nil {
		return nil, hello, err
	}
	hello.AccessToken, hello.RefreshToken, hello.UserID = token.AccessToken, token.RefreshToken, user.ID
	return service, hello, nil
}

func logRequest(log *slog.Logger, r liveserver.Request) {
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", r.Path), slog.Int("status", r.Status),
		slog.Int64("in", r.BytesIn), slog.Int64("out", r.BytesOut), slog.Duration("took", r.Duration),
	}
	if r.Code != "" {
		attrs = append(attrs, slog.String("code", r.Code))
	}
	log.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
}

// reachable is where a client on this machine finds the listener. Whoever listens to the world is told so.
func reachable(addr net.Addr, log *slog.Logger) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsLoopback() {
		log.Warn("everybody who can reach this machine can reach this service; it is made for tests", "addr", addr.String())
	}
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return addr.String()
}

// shutDown lets the requests under way finish, for a while.
func shutDown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return server.Close()
	}
	return nil
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails, says crypto/rand
	return hex.EncodeToString(b)
}
