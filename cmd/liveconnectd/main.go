// Command liveconnectd runs the Live Connect service, API v5.0, on this machine: for programs in any language that
// used to call https://apis.live.net/v5.0.
//
// It prints one JSON line to standard output when it is ready, with the base URLs and signed-in accounts, and logs
// requests to standard error. See its README, or -h.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/proxy"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "liveconnectd:", err)
		os.Exit(1)
	}
}

// run is the program, without the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err = io.WriteString(stdout, usage)
		return err
	case err != nil:
		return err
	case opts.version:
		_, err = fmt.Fprintln(stdout, thisProgram())
		return err
	case opts.inspect != "":
		return inspect(opts.inspect, disk.Check, stdout)
	case opts.repair != "":
		return inspect(opts.repair, disk.Repair, stdout)
	}
	log := newLog(opts.log, stderr)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", opts.addr)
	if err != nil {
		return fmt.Errorf("listen on -addr %s: %w", opts.addr, err)
	}
	return serve(ctx, opts, listener, log, stdout)
}

// serve runs the service on a listener until ctx ends. It answers from the start, so that health can be asked; the
// rest is answered when all is set up.
func serve(ctx context.Context, opts options, listener net.Listener, log *slog.Logger, stdout io.Writer) (err error) {
	requests, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	host := reachable(listener.Addr(), opts, log)
	emulator, err := newEmulator(opts, log, host)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, emulator.close()) }()
	server, err := proxy.New(proxy.Config{
		Handler: emulator.handler(), Authority: emulator.authority, Own: emulator.isOwn, Context: requests,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if err := emulator.reset(ctx); err != nil {
		return errors.Join(err, server.Close())
	}
	if err := json.NewEncoder(stdout).Encode(emulator.greeting()); err != nil { //nolint:gosec // the secrets are what it is for
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-served:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}
	log.Info("ending")
	emulator.faults.Clear() // releases the requests that they hold up
	return shutDown(server, end)
}

// shutDown lets the requests under way finish, for a while.
func shutDown(server *proxy.Server, end context.CancelFunc) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		end()
		return server.Close()
	}
	return nil
}

// reachable is where a client on this machine finds the listener. Whoever listens to the world is told so.
func reachable(addr net.Addr, opts options, log *slog.Logger) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return addr.String()
	}
	if !tcp.IP.IsLoopback() {
		log.Warn("everybody who can reach this machine can reach this service; it is made for tests", "addr", addr.String())
		if opts.remoteControl {
			log.Warn("everybody who can reach this machine can sign in as anyone here, because of -allow-remote-control")
		}
	}
	if tcp.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return addr.String()
}

func newLog(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
