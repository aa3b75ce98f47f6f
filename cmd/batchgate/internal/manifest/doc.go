// Package manifest finds the documents in files, directories, globs and the
// standard input, and knows at which line and column each of their fields
// stands. It reads them as kubectl does: documents are split at lines that
// begin with ---, scalars are those of YAML 1.1, a JSON file may hold several
// objects, lists are taken apart, UTF-16 with a byte order mark is understood.
//
// Unlike kubectl it loses nothing but what is broken: a document that cannot be
// read is a Problem with its place, and those after it are read all the same.
//
// It also plans how fields of a document get other values without a change to
// anything else: texts that are put into lines. What it cannot plan like that it
// leaves alone and says why.
//
// It does not know what a Job is: whoever reads says which texts matter, and a
// Problem tells whether it is about another one, or about a template of a Helm
// chart. In directories it takes *.yaml, *.yml and *.json in sorted order and in
// small or capital letters, and passes over names that begin with a dot. It
// follows symbolic links to files; those to directories, which may lead in a
// circle or out of a repository, it tells of where what they lead to is not read
// anyway.
//
// # Limits
//
// Input is not trusted. A file has at most 16 MiB (the standard input too), a
// file at most 10,000 documents, a document at most 400,000 values and 32 MiB of
// JSON with its aliases written out, a directory at most 20,000 files. Only
// regular files are opened.
package manifest
