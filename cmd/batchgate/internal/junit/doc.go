// Package junit writes reports as CI systems read those of test runners. It keeps
// to what the XML Schema of Ant's reports, the strictest one in use, allows, so
// that every other reader takes it too.
//
// It knows the document and what XML can hold. What a suite and a case are is
// known to whoever reports.
package junit
