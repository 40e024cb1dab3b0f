package liveconnect

import (
	"context"
	"errors"
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
	c, err := s.ready(ctx, r.op)
	if err != nil {
		return err
	}
	return c.do(ctx, &r, func(resp *http.Response) error { return c.answers.decode(resp, out, c.tokens) })
}

// do sends a request until it succeeds or may not be tried again. consume gets the answer of a success, and owns its
// body from then on.
func (c *core) do(ctx context.Context, r *request, consume func(*http.Response) error) error {
	if err := r.invalid(); err != nil {
		return err
	}
	u, err := c.url(r)
	if err != nil {
		return err
	}
	meaning := meaningOf(r, u)
	rejected := ""
	unsure := false // an earlier try may have been carried out
	for attempt := 1; ; attempt++ {
		if err := c.pace(ctx, r, u, attempt); err != nil {
			err.outcomeUnknown = unsure
			return err
		}
		t := &try{core: c, request: r, url: u, attempt: attempt, rejected: rejected, meaning: meaning}
		failure := t.run(ctx, consume)
		if failure == nil || unsure && meaning.deletes && errors.Is(failure, ErrNotFound) {
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
		unsure = unsure || meaning.changes && t.mayHaveHappened(failure)
		wait, again := t.next(failure)
		if !again || !c.waitAfter(ctx, failure, wait) {
			failure.outcomeUnknown = unsure
			return failure
		}
	}
}

// waitAfter waits before something is tried again. If the context ends meanwhile, the failure says so.
func (c *core) waitAfter(ctx context.Context, failure *Error, wait time.Duration) bool {
	c.logRetry(ctx, failure, wait)
	ended := retry.Sleep(ctx, wait)
	if ended != nil {
		failure.Err = errors.Join(fmt.Errorf("%w while waiting to try again", ended), failure.Err)
	}
	return ended == nil
}

// pace waits while a host wants to be left alone. When that is longer than the policy allows, it fails at once: a request
// sent during the wait would make it longer.
func (c *core) pace(ctx context.Context, r *request, u *url.URL, attempt int) *Error {
	for {
		wait := c.pacers.Wait(originOf(u))
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
			held.Err = err
			return held
		}
	}
}

func (c *core) logRetry(ctx context.Context, failure *Error, wait time.Duration) {
	if c.log != nil {
		c.log.LogAttrs(ctx, slog.LevelInfo, "liveconnect retry", slog.Duration("wait", wait), slog.Any("error", failure))
	}
}
