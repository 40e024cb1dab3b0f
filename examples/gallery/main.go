// Gallery shows all albums of an account in the browser, from a server on this machine: thumbnails, each photo in the
// sizes that the service has, and a map.
//
// By default it runs on an emulator of Live Connect that it starts itself, with photos of its own:
//
//	go run ./examples/gallery
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/cli/browser"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/account"
	"github.com/go-liveconnect/liveconnect/examples/internal/command"
	"github.com/go-liveconnect/liveconnect/examples/internal/sample"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const about = `gallery [-api URL -token TOKEN] [-addr ADDRESS] [-open]

Shows all albums of an account in the browser, from a server on this machine.`

func main() {
	browser.Stdout = io.Discard // browsers talk much
	browser.Stderr = io.Discard
	command.Main("gallery", run)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := command.NewFlags("gallery", about)
	signIn := account.AddFlags(flags.FlagSet, liveconnect.ScopePhotos, liveconnect.ScopeSkyDrive)
	addr := flags.String("addr", "127.0.0.1:0", "`address` to listen on; port 0 is a free one")
	photos := flags.Int("photos", 40, "photos that the emulator has")
	show := flags.Bool("open", false, "open the page in the browser")
	if err := flags.ParseAll(args, stdout); err != nil {
		return err
	}
	if *photos < 0 {
		return command.Usage("-photos %d: want 0 or more", *photos)
	}
	signedIn, err := signIn.Open(ctx, func(ctx context.Context) (*livetest.Server, error) {
		return sample.Start(ctx, sample.Photos{Count: *photos, Width: 900})
	})
	if err != nil {
		return err
	}
	defer signedIn.Close() //nolint:errcheck // the work is done
	me, err := signedIn.Client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *addr)
	if err != nil {
		return fmt.Errorf("%w: choose another -addr", err)
	}
	if ip := listener.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() { //nolint:forcetypeassert // it listens on TCP
		fmt.Fprintf(stderr, "Warning: everybody who reaches %s can see the photos.\n", listener.Addr())
	}
	page := fmt.Sprintf("http://%s/", listener.Addr())
	fmt.Fprintf(stdout, "The albums of %s are at %s\nCtrl-C ends it.\n", me.Name, page)
	if *show {
		if err := browser.OpenURL(page); err != nil {
			fmt.Fprintf(stderr, "No browser could be opened: %v\n", err)
		}
	}
	return serve(ctx, listener, &gallery{client: signedIn.Client, owner: me.Name, host: listener.Addr().String()})
}

// serve answers until ctx ends, which is how the program is meant to end, and no error.
func serve(ctx context.Context, listener net.Listener, g *gallery) error {
	server := &http.Server{
		Handler: g.handler(), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer ended()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
