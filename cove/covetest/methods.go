package covetest

// managementMethods are the methods of /jsonapi but Login.
var managementMethods = map[string]method{}
