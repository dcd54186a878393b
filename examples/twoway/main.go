package main

import "github.com/covedesk/covedesk/examples/internal/program"

func main() { program.Main("twoway", run) }
