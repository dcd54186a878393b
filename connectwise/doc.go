// Package connectwise is a client for the REST API of ConnectWise PSA
// (formerly Manage), v4_6_release/apis/3.0, in the cloud and on premises.
package connectwise
