module github.com/covedesk/covedesk/examples

go 1.26

require (
	github.com/covedesk/covedesk v0.0.0
	github.com/google/go-cmp v0.7.0
	golang.org/x/time v0.15.0
)

require (
	github.com/google/go-querystring v1.2.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/covedesk/covedesk => ../
