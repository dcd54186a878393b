package main

import (
	"image"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/examples/programtest"
)

// The page as a browser shows it: light and dark paper, colours in the heat map
// that differ in brightness too, and a print of it. CHROMIUM_PICTURES names a
// folder in which the pictures stay.
func TestPageInChromium(t *testing.T) {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil && browser == "" {
			browser = path
		}
	}
	if browser == "" || testing.Short() {
		t.Skip("left out: there is no Chromium here")
	}
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	page := filepath.Join(place.Folder, "page.html")
	if code, _, stderr := place.Run(run, "-out", page); code.Broken() {
		t.Fatal(code, stderr)
	}
	pictures := os.Getenv("CHROMIUM_PICTURES")
	if pictures == "" {
		pictures = t.TempDir()
	}
	address := (&url.URL{Scheme: "file", Path: page}).String()
	show := func(args ...string) string {
		profile := t.TempDir()
		out, err := exec.CommandContext(t.Context(), browser, append([]string{
			"--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir=" + profile, "--window-size=1300,2600",
		}, append(args, address)...)...).Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return string(out)
	}
	for name, test := range map[string]struct {
		paper color.RGBA
		args  []string
	}{
		"light.png": {color.RGBA{0xff, 0xff, 0xff, 0xff}, []string{"--blink-settings=preferredColorScheme=1"}},
		"dark.png":  {color.RGBA{0x16, 0x16, 0x16, 0xff}, []string{"--blink-settings=preferredColorScheme=0"}},
	} {
		file := filepath.Join(pictures, name)
		show(append(test.args, "--screenshot="+file)...)
		shown := picture(t, file)
		if got := color.RGBAModel.Convert(shown.At(2, 2)); got != test.paper {
			t.Errorf("%s: the paper is %v, want %v", name, got, test.paper)
		}
		if n := greys(shown); n < 3 {
			t.Errorf("%s: %d shades in the grey of it: the days cannot be told apart", name, n)
		}
	}
	printed := filepath.Join(pictures, "print.pdf")
	show("--print-to-pdf="+printed, "--no-pdf-header-footer")
	if data, err := os.ReadFile(printed); err != nil || len(data) < 10_000 || !strings.HasPrefix(string(data), "%PDF-") {
		t.Errorf("the print: %d bytes, %v", len(data), err)
	}
	// What the browser made of it is what was meant: 28 days, each with its letter.
	dom := show("--dump-dom")
	row := regexp.MustCompile(`(?s)<table class="heat">.*?<tbody>\s*<tr>(.*?)</tr>`).FindStringSubmatch(dom)
	if row == nil || len(regexp.MustCompile(`<td class="day[^>]*>[OXEMIR.Q?]`).FindAllString(row[1], -1)) != 28 {
		t.Errorf("the first row of the heat map: %v", row)
	}
}

func picture(t *testing.T, name string) image.Image {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	shown, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// greys counts the brightnesses that fill at least a thousandth of the picture
// each, as a printer without colours would have it.
func greys(shown image.Image) (n int) {
	var counts [256]int
	b := shown.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			grey, _ := color.GrayModel.Convert(shown.At(x, y)).(color.Gray)
			counts[grey.Y]++
		}
	}
	for _, count := range counts {
		if count > b.Dx()*b.Dy()/1000 {
			n++
		}
	}
	return n
}
