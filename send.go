package liveconnect

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/retry"
)

// fetch makes a call whose answer is a JSON object.
func fetch[T any](ctx context.Context, s *service, r request) (*T, error) {
	out := new(T)
	if err := s.call(ctx, r, out); err != nil {
		return nil, err
	}
	return out, nil
}

// call makes a call and decodes its JSON answer into out; nil takes any answer.
func (s *service) call(ctx context.Context, r request, out any) error {
	c, err := s.ready(r.op)
	if err != nil {
		return err
	}
	return c.do(ctx, &r, func(resp *http.Response) error { return c.answers.decode(resp, out, c.tokens) })
}

// do sends a request until it succeeds or may not be tried again. consume gets the answer of a success, and owns its
// body from then on.
func (c *core) do(ctx context.Context, r *request, consume func(*http.Response) error) error {
	u, err := c.url(r)
	if err != nil {
		return err
	}
	rejected := ""
	for attempt := 1; ; attempt++ {
		if err := c.pace(ctx, r, u, attempt); err != nil {
			return err
		}
		t := &try{core: c, request: r, url: u, attempt: attempt, rejected: rejected}
		failure := t.run(ctx, consume)
		if failure == nil {
			c.budget.Success()
			return nil
		}
		if t.refused(failure) && rejected == "" && t.canRepeatBody() {
			rejected = t.token
			if fresh, err := c.tokens.getNot(ctx, rejected); err == nil && fresh.AccessToken != rejected {
				continue
			}
			return failure
		}
		wait, again := t.next(failure)
		if !again {
			return failure
		}
		if !c.waitAfter(ctx, failure, wait) {
			return failure
		}
	}
}

// waitAfter waits before something is tried again. If the context ends meanwhile, the failure says so.
func (c *core) waitAfter(ctx context.Context, failure *Error, wait time.Duration) bool {
	c.logRetry(ctx, failure, wait)
	err := retry.Sleep(ctx, wait)
	if err != nil {
		failure.Err = fmt.Errorf("%w while waiting to try again after: %s", err, failure.reason())
		failure.Code, failure.Message = "", ""
	}
	return err == nil
}

// pace waits while the service wants to be left alone. When that is longer than the policy allows, it fails at once:
// a request sent during the wait would make it longer.
func (c *core) pace(ctx context.Context, r *request, u *url.URL, attempt int) error {
	wait := c.pacer.Remaining()
	if wait == 0 {
		return nil
	}
	held := &Error{
		Op: r.op, Method: r.method, URL: c.redacted(u), Attempts: attempt - 1, Code: "request_throttled",
		Message: "an earlier call was throttled, so this one was not sent", RetryAfter: wait,
	}
	if wait > c.retry.MaxRetryAfter {
		return held
	}
	if err := retry.Sleep(ctx, wait); err != nil {
		held.Code, held.Err = "", err
		return held
	}
	return nil
}

func (c *core) logRetry(ctx context.Context, failure *Error, wait time.Duration) {
	if c.log != nil {
		c.log.LogAttrs(ctx, slog.LevelInfo, "liveconnect retry", slog.Duration("wait", wait), slog.Any("error", failure))
	}
}
