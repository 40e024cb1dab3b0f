// Command graphtestd serves the Graph of package graphtest to programs in any language. It prints one line of JSON: where
// its hosts are, a proxy that stands in for Microsoft's own hosts, and tokens for its account. It ends with its standard
// input, or when it is interrupted.
//
//	go run ./internal/graphtest/graphtestd -ca ca.pem
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/service/proxy"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "graphtestd:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

// options are the command line.
type options struct {
	ca          string
	newIDs      bool
	mixedCase   bool
	simpleLimit int64
	tolerant    bool
	showLog     bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("graphtestd", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.ca, "ca", "", "write the certificate of the proxy's authority to this file")
	flags.BoolVar(&o.newIDs, "new-ids", false, "give items the ids of the new store")
	flags.BoolVar(&o.mixedCase, "mixed-case", false, "give the drive's id in different cases")
	flags.Int64Var(&o.simpleLimit, "simple-limit", 250_000_000, "bytes of a file that may come in one request")
	flags.BoolVar(&o.tolerant, "ignore-tokens", false, "let the hosts of files ignore tokens, for clients of before 2024")
	flags.BoolVar(&o.showLog, "log", false, "print each request to standard error")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, nil
}

// ready is what is printed when everything can be reached.
type ready struct {
	Graph        string `json:"graph"`
	Login        string `json:"login"`
	Files        string `json:"files"`
	Proxy        string `json:"proxy"`
	CA           string `json:"ca,omitempty"`
	ClientID     string `json:"client_id"`
	Account      string `json:"account"`
	Drive        string `json:"drive"`
	Root         string `json:"root"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	server, err := graphtest.Start(o.server(stderr)...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close(), verdict(server)) }()
	front, address, err := listen(server, o.ca)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, front.Close()) }()
	account := server.Account()
	token := account.Token()
	line, err := json.Marshal(ready{ //nolint:gosec // whoever started this has to know the tokens
		Graph: server.GraphURL, Login: server.LoginURL, Files: server.FilesURL, Proxy: "http://" + address, CA: o.ca,
		ClientID: graphtest.PublicClientID, Account: account.ID, Drive: account.DriveID(), Root: account.RootID(),
		AccessToken: token.AccessToken, RefreshToken: token.RefreshToken,
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s\n", line)
	waitForEnd(ctx, stdin)
	return nil
}

func (o options) server(stderr io.Writer) []graphtest.Option {
	var account []graphtest.AccountOption
	if o.newIDs {
		account = append(account, graphtest.WithNewIDs())
	}
	if o.mixedCase {
		account = append(account, graphtest.WithMixedCase())
	}
	opts := []graphtest.Option{graphtest.WithSimpleLimit(o.simpleLimit), graphtest.WithAccount(account...)}
	if o.tolerant {
		opts = append(opts, graphtest.WithTokensIgnored())
	}
	if o.showLog {
		opts = append(opts, graphtest.WithRecorder(func(x graphtest.Exchange) {
			fmt.Fprintf(stderr, "%s %s %s %d\n", x.Host, x.Method, x.URL.RequestURI(), x.Status)
		}))
	}
	return opts
}

// listen starts the proxy.
func listen(server *graphtest.Server, ca string) (front *proxy.Server, address string, err error) {
	authority, err := proxy.NewAuthority("graphtest", graphtest.ProxiedHosts())
	if err != nil {
		return nil, "", err
	}
	if ca != "" {
		if err := authority.WriteFile(ca); err != nil {
			return nil, "", err
		}
	}
	front, err = proxy.New(proxy.Config{Handler: server, Authority: authority})
	if err != nil {
		return nil, "", err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", errors.Join(err, front.Close())
	}
	go func() {
		if err := front.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "graphtestd: proxy:", err)
		}
	}()
	return front, listener.Addr().String(), nil
}

// waitForEnd waits until ctx ends, or standard input does: whoever started this is gone then.
func waitForEnd(ctx context.Context, stdin io.Reader) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, stdin)
	}()
	select {
	case <-ctx.Done():
	case <-ended:
	}
}

// verdict is an error if something that was answered is not Graph's.
func verdict(server *graphtest.Server) error {
	var errs []error
	for _, problem := range server.Problems() {
		errs = append(errs, errors.New("not Graph's: "+problem))
	}
	return errors.Join(errs...)
}
