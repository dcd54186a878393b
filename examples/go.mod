module github.com/covedesk/covedesk/examples

go 1.26

require github.com/covedesk/covedesk v0.0.0

replace github.com/covedesk/covedesk => ../
