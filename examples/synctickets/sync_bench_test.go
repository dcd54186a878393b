package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/programtest"
	"github.com/covedesk/covedesk/internal/world"
)

// What ConnectWise's limiter allows by default: a burst, then so many a second.
const (
	limitBurst  = 30
	limitSecond = 4.5
)

// built is the program as it is shipped, and a world that it is run on as a process
// of its own: what the process takes is the program's alone, not the servers'.
type built struct {
	programtest.Place
	world   *world.World
	program string
}

func build(b *testing.B, config world.Config) built {
	b.Helper()
	config.Start = time.Now().Truncate(time.Second)
	w := world.New(config)
	if err := w.Listen(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(w.Close)
	place := programtest.In(b, w)
	authority := filepath.Join(place.Folder, "authority.pem")
	if err := os.WriteFile(authority, w.Cove.AuthorityPEM(), 0o600); err != nil {
		b.Fatal(err)
	}
	program := filepath.Join(place.Folder, "synctickets")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return built{place.With("SSL_CERT_FILE", authority), w, program}
}

// once runs the program and gives its figures, and how long it ran and computed.
func (b built) once(args ...string) (f figures, took, cpu time.Duration) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), b.program, append(args, "-json", "-state", filepath.Join(b.Folder, "state.json"))...)
	cmd.Env = os.Environ()
	for name, value := range b.Environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	began := time.Now()
	out, err := cmd.Output()
	took = time.Since(began)
	// 3 says that something needs a person: the world has customers without a company.
	if code := cmd.ProcessState.ExitCode(); code != 0 && code != 3 {
		b.Fatalf("exit %d, %v\n%s", code, err, out)
	}
	if err := json.Unmarshal(out, &f); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return f, took, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// BenchmarkFirstRun makes about 600 tickets with the limits that are the default.
// It takes as long as ConnectWise's limiter does, and a tenth of it at most.
func BenchmarkFirstRun(b *testing.B) {
	place := build(b, world.Config{Seed: 1, Customers: 430, Devices: 8_600})
	f, took, _ := place.once()
	alone := (float64(f.ConnectWiseCalls) - limitBurst) / limitSecond
	ratio := took.Seconds() / alone
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took.Seconds(), "s")
	b.ReportMetric(ratio, "times-the-limiter")
	b.ReportMetric(float64(f.Created), "created")
	b.ReportMetric(float64(f.CoveCalls)/float64(f.Created), "cove-calls/created")
	b.ReportMetric(float64(f.ConnectWiseCalls), "cwm-calls")
	// One call a ticket, two more than an unchanged run, and a list of configurations for
	// each hundred devices.
	most := f.Created + 8 + 2 + (f.Created+99)/100
	if f.Failed > 0 || f.Created < 550 || f.Created > 650 || f.ConnectWiseCalls > int64(most) {
		b.Errorf("made %+v", f)
	}
	if ratio > 1.1 {
		b.Errorf("%v for what the limiter allows in %.1f s: %.2f times as long", took, alone, ratio)
	}
}

// BenchmarkUnchanged runs again on 20,000 devices whose problems have their tickets:
// at most 10 calls of Cove and 8 of ConnectWise, no write, 25 µs of CPU a device.
func BenchmarkUnchanged(b *testing.B) {
	const devices, runs = 20_000, 5
	place := build(b, world.Config{Seed: 1, Customers: 1_000, Devices: devices, Trouble: 0.02})
	config := filepath.Join(place.Folder, "settings.json")
	company := place.world.ConnectWise.Companies()[0].ID
	// What no rule finds a company for would have none, and be looked up each time.
	settings := `{"policy": {"customerStorm": {}}, "mapping": [{"customer": "*", "company": "` + strconv.FormatInt(company, 10) + `"}]}`
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		b.Fatal(err)
	}
	place.fill(config)
	written := programtest.Wrote(place.world)
	least := time.Hour // what the machine does besides makes a run dearer, and none cheaper
	var f figures
	for range runs {
		var cpu time.Duration
		f, _, cpu = place.once("-config", config)
		least = min(least, cpu)
		if f.CoveCalls > 10 || f.ConnectWiseCalls > 8 || programtest.Wrote(place.world) != written {
			b.Errorf("%d + %d calls, %d writes: %+v", f.CoveCalls, f.ConnectWiseCalls, programtest.Wrote(place.world)-written, f)
		}
	}
	device := float64(least.Microseconds()) / devices
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(device, "cpu-µs/device")
	b.ReportMetric(float64(f.Kept), "kept")
	b.ReportMetric(float64(f.CoveCalls), "cove-calls")
	b.ReportMetric(float64(f.ConnectWiseCalls), "cwm-calls")
	if device > 25 {
		b.Errorf("%.1f µs of CPU a device", device)
	}
}

// fill is the first run, without any limit: the servers are ours.
func (b built) fill(config string) {
	b.Helper()
	surroundings := b.Program()
	settled, err := bridge.Open(surroundings, config)
	if err != nil {
		b.Fatal(err)
	}
	unlimited := rate.NewLimiter(rate.Inf, 1)
	if settled.Cove, err = settled.Cove.With(cove.WithHTTPClient(b.world.Cove.Client()), cove.WithLimiter(unlimited)); err != nil {
		b.Fatal(err)
	}
	if settled.ConnectWise, err = settled.ConnectWise.With(connectwise.WithLimiter(unlimited)); err != nil {
		b.Fatal(err)
	}
	_, closed, err := settled.Remember(filepath.Join(b.Folder, "state.json"), true)
	if err != nil {
		b.Fatal(err)
	}
	defer closed()
	report, err := (&job{Bridge: settled}).sync(b.Context())
	if err != nil {
		b.Fatal(err, report)
	}
}
