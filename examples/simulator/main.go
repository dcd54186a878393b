// Command simulator serves an in-memory Cove and an in-memory ConnectWise PSA
// on loopback, filled with a simulated managed service provider, until it is
// interrupted. It writes one line to standard output, a JSON object with the
// addresses and credentials:
//
//	{"cove":{"url":…,"partner":…,"username":…,"password":…},
//	 "connectwise":{"url":…,"company":…,"publicKey":…,"privateKey":…,"clientId":…},
//	 "caFile":…,"control":…}
//
// caFile is a PEM file with the temporary authority that signed the
// certificates for 127.0.0.1 and localhost; it is removed at the end. Cove's
// storage node always uses https; with -tls both APIs do, too.
//
// The simulation starts at the machine's time, or at -now, and its clock runs
// -speed times as fast as the machine's. With -control ADDR the address accepts
// orders over plain HTTP: they move the clock, make devices and answers fail,
// remove permissions, and act as a technician. GET / lists them:
//
//	curl -X POST 'http://127.0.0.1:7000/advance?by=6h'
//	curl -X POST 'http://127.0.0.1:7000/technician?do=close&ticket=7'
//
// Programs take the values from their environment:
//
//	COVE_URL=… CWM_SITE=… SSL_CERT_FILE=… synctickets
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/covedesk/covedesk/internal/world"
)

// ready is the line that is printed once everything listens.
type ready struct {
	Cove struct {
		URL      string `json:"url"`
		Partner  string `json:"partner"`
		Username string `json:"username"`
		Password string `json:"password"`
	} `json:"cove"`
	ConnectWise struct {
		URL        string `json:"url"`
		Company    string `json:"company"`
		PublicKey  string `json:"publicKey"`
		PrivateKey string `json:"privateKey"`
		ClientID   string `json:"clientId"`
	} `json:"connectwise"`
	CAFile  string `json:"caFile"`
	Control string `json:"control,omitempty"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "simulator:", err)
		os.Exit(1)
	}
}

// settings are the options of the command line.
type settings struct {
	world             world.Config
	cove, connectwise string
	secure            bool
	control           string
}

func settingsFrom(args []string) (s settings, err error) {
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.Uint64Var(&s.world.Seed, "seed", 3, "the `number` the world is made from")
	flags.IntVar(&s.world.Customers, "customers", 20, "how many customers")
	flags.IntVar(&s.world.Devices, "devices", 200, "how many devices")
	flags.Func("now", "the `time` at which the simulation starts, such as 2026-11-16T06:30:00Z (default the machine's)", func(text string) (err error) {
		s.world.Start, err = time.Parse(time.RFC3339, text)
		return err
	})
	flags.Float64Var(&s.world.Speed, "speed", 1, "how many times faster than real time the clock runs; 0 stops it")
	flags.StringVar(&s.cove, "cove-addr", "127.0.0.1:0", "`address` Cove listens on")
	flags.StringVar(&s.connectwise, "connectwise-addr", "127.0.0.1:0", "`address` ConnectWise listens on")
	flags.BoolVar(&s.secure, "tls", false, "speak https")
	flags.StringVar(&s.control, "control", "", "loopback `address` that accepts orders over plain HTTP, such as 127.0.0.1:7000 (default none)")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("unknown argument %q; see -help", flags.Arg(0))
	case s.world.Customers < 1 || s.world.Devices < s.world.Customers:
		return s, errors.New("want at least one customer and a device for each; see -help")
	}
	return s, checkSpeed(s.world.Speed)
}

// maxSpeed is the highest speed: a month in a second.
const maxSpeed = 30 * 24 * 3600

func checkSpeed(speed float64) error {
	if math.IsNaN(speed) || speed < 0 || speed > maxSpeed {
		return fmt.Errorf("a speed of %v: want 0 to %d", speed, maxSpeed)
	}
	return nil
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	set, err := settingsFrom(args)
	if err != nil {
		return err
	}
	s := &servers{config: set.world}
	defer s.close()
	if err := s.listen(set.cove, set.connectwise, set.secure); err != nil { //nolint:contextcheck // sockets live until close
		return err
	}
	line := s.ready()
	if set.control != "" {
		if line.Control, err = s.listenControl(set.control); err != nil { //nolint:contextcheck // the same
			return err
		}
	}
	file, err := os.CreateTemp("", "simulator-*.pem")
	if err != nil {
		return err
	}
	line.CAFile = file.Name()
	defer func() { _ = os.Remove(line.CAFile) }()
	_, err = file.Write(s.listener.AuthorityPEM())
	if err := errors.Join(err, file.Close(), json.NewEncoder(stdout).Encode(line)); err != nil {
		return err
	}
	s.follow(ctx)
	return nil
}
