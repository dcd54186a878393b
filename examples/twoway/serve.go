package main

import (
	"context"
	"errors"
	"flag"
	"net"
	"net/http"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/examples/internal/program"
)

const (
	// lookEvery is how soon a change that another command made is carried over.
	lookEvery = 2 * time.Second
	// mapEvery is how often groups and systems are mapped anew.
	mapEvery = 6 * time.Hour
	// pause is the wait after the service desk did not serve us.
	pause = 30 * time.Second
	// patience is how long that may last before people are told.
	patience = 10 * time.Minute
)

// locked runs what only one process may do with a database at a time.
func (a *app) locked(ctx context.Context, do func() error) error {
	unlock, ok, err := filestate.Open(a.store.db.Path()).Lock(ctx, false)
	if err != nil {
		return err
	}
	if !ok {
		return program.End(program.Failed, errors.New("another twoway serves this database: what you changed is carried over by that one"))
	}
	defer unlock()
	return do()
}

// syncOnce polls and does what is due, once: for a scheduler, where nothing can
// reach this machine.
func (a *app) syncOnce(ctx context.Context) error {
	return a.locked(ctx, func() error {
		if err := a.ready(ctx); err != nil {
			return err
		}
		return errors.Join(a.drain(ctx), a.poll(ctx), a.drain(ctx))
	})
}

// serve is the command of that name.
func serve(flags *flag.FlagSet) runner {
	listen := flags.String("listen", "127.0.0.1:8443", "`address` for callbacks; if other machines can reach it, use -cert or restrict it to the proxy")
	certificate := flags.String("cert", "", "`file` with the certificate; without it a proxy in front must have one")
	key := flags.String("key", "", "`file` with the certificate's key")
	return func(ctx context.Context, a *app, _ []string) error {
		if (*certificate == "") != (*key == "") {
			return wrong("-cert and -key belong together")
		}
		return a.locked(ctx, func() error {
			if err := a.ready(ctx); err != nil {
				return err
			}
			stop, err := a.listen(ctx, *listen, *certificate, *key)
			if err != nil {
				return err
			}
			defer stop()
			return a.loop(ctx)
		})
	}
}

// listen receives callbacks until stop is called.
func (a *app) listen(ctx context.Context, address, certificate, key string) (stop func(), err error) {
	if a.URL == "" {
		a.Say("twoway.url is not set: no callbacks; changes are found by the poll every %v", a.Poll)
		return func() {}, nil
	}
	credentials, err := a.Credentials(program.ConnectWise...)
	if err != nil {
		return nil, err
	}
	handler, err := a.receiver(credentials.ConnectWise(), nil)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, program.End(program.Wrong, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	go func() {
		serve := func() error { return server.Serve(listener) }
		if certificate != "" {
			serve = func() error { return server.ServeTLS(listener, certificate, key) }
		}
		if err := serve(); !errors.Is(err, http.ErrServerClosed) {
			a.Say("callbacks can no longer come in: %v", err)
		}
	}()
	a.Say("listening on %v for %s", listener.Addr(), a.URL)
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(ctx)
	}, nil
}

// loop works until the context ends: what is due at once, the rest by the clock.
func (a *app) loop(ctx context.Context) error {
	var polled, mapped, rest time.Time
	well := a.Now()
	for {
		if now := a.Now(); !now.Before(rest) {
			err := a.round(ctx, &polled, &mapped)
			switch {
			case ctx.Err() != nil:
				return nil //nolint:nilerr // asked to end: nothing is lost, what is due stays due
			case err == nil && polled.Equal(now):
				a.After(ctx, a.notify, a.store.db.Path(), program.Fine, "polled, nothing is left to do")
			case err != nil && now.Sub(well) > patience:
				a.After(ctx, a.notify, a.store.db.Path(), program.ExitOf(err), err.Error())
			}
			if err == nil {
				well = now
			} else {
				a.Say("%v", err)
			}
			if away(err) {
				rest = now.Add(pause)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.wake:
		case <-time.After(lookEvery):
		}
	}
}

// round does what is due now. What fails does not keep back the rest, unless the
// service desk is away.
func (a *app) round(ctx context.Context, polled, mapped *time.Time) error {
	now := a.Now()
	var errs []error
	do := func(done *time.Time, work func(context.Context) error) {
		if !away(errors.Join(errs...)) {
			err := work(ctx)
			if errs = append(errs, err); !away(err) {
				*done = now
			}
		}
	}
	if now.Sub(*mapped) >= mapEvery {
		do(mapped, a.mapAuto)
	}
	if now.Sub(*polled) >= a.Poll {
		do(new(time.Time), a.subscribe)
		do(polled, a.poll)
	}
	do(new(time.Time), a.drain)
	return errors.Join(errs...)
}
