// Command simulator serves an in-memory Cove and an in-memory ConnectWise PSA
// on loopback, filled with a make-believe managed service provider, until it is
// interrupted. Its only line on standard output is JSON that says where they
// are and how to log in:
//
//	{"cove":{"url":…,"partner":…,"username":…,"password":…},
//	 "connectwise":{"url":…,"company":…,"publicKey":…,"privateKey":…,"clientId":…}}
//
// With -tls both speak https with certificates for 127.0.0.1 and localhost;
// "caFile" then names a PEM file with the throw-away authorities to trust,
// removed at the end.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/covedesk/covedesk/internal/world"
)

// ready is the line that is printed once both servers listen.
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
	CAFile string `json:"caFile,omitempty"`
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

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	seed := flags.Uint64("seed", 3, "the `number` the world is made from")
	customers := flags.Int("customers", 20, "how many customers")
	devices := flags.Int("devices", 200, "how many devices")
	coveAddr := flags.String("cove-addr", "127.0.0.1:0", "`address` Cove listens on")
	psaAddr := flags.String("connectwise-addr", "127.0.0.1:0", "`address` ConnectWise listens on")
	secure := flags.Bool("tls", false, "speak https")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || *customers < 1 || *devices < *customers {
		return errors.New("want no arguments, at least one customer and a device for each; see -help")
	}

	w := world.New(world.Config{Seed: *seed, Customers: *customers, Devices: *devices})
	defer w.Close()
	if err := w.Cove.Listen(*coveAddr, "127.0.0.1:0", *secure); err != nil {
		return fmt.Errorf("cove: %w", err)
	}
	if err := w.ConnectWise.Listen(*psaAddr, *secure); err != nil {
		return fmt.Errorf("connectwise: %w", err)
	}

	var line ready
	line.Cove.URL = w.Cove.URL
	login := w.Cove.Credentials()
	line.Cove.Partner, line.Cove.Username, line.Cove.Password = login.Partner, login.Username, login.Password
	keys := w.ConnectWise.Credentials()
	line.ConnectWise.URL = w.ConnectWise.URL
	line.ConnectWise.Company, line.ConnectWise.ClientID = keys.Company, keys.ClientID
	line.ConnectWise.PublicKey, line.ConnectWise.PrivateKey = keys.PublicKey, keys.PrivateKey
	if *secure {
		file, err := os.CreateTemp("", "simulator-*.pem")
		if err != nil {
			return err
		}
		line.CAFile = file.Name()
		defer func() { _ = os.Remove(line.CAFile) }()
		_, err = file.Write(slices.Concat(w.Cove.AuthorityPEM(), w.ConnectWise.AuthorityPEM()))
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
