package engine

import (
	"context"
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// evaluation is the evaluation of rules on one object. What one query found
// out, the next of the same evaluation need not find out again.
type evaluation struct {
	engine *Engine
	input  *ast.Term
	cancel topdown.Cancel
	cache  topdown.VirtualCache

	present presence // what of the input rules ask for
}

// evaluate runs f with an evaluation that ends when ctx does.
func (e *Engine) evaluate(ctx context.Context, input *ast.Term, f func(*evaluation) error) error {
	cancel := topdown.NewCancel()
	stop := context.AfterFunc(ctx, cancel.Cancel)
	defer stop()
	v := &evaluation{engine: e, input: input, cancel: cancel, cache: topdown.NewVirtualCache()}
	e.places.look(input, &v.present)
	err := f(v)
	if topdown.IsCancel(err) {
		return context.Cause(ctx)
	}
	return err
}

// query returns the answer of a prepared query, or nil when it is undefined.
func (v *evaluation) query(ctx context.Context, by *ast.Compiler, body ast.Body) (*ast.Term, error) {
	result, err := v.solve(ctx, by, body)
	return result[answer], err
}

// solve returns the last answer of a prepared query by its variables, nil when
// it is undefined.
func (v *evaluation) solve(ctx context.Context, by *ast.Compiler, body ast.Body) (topdown.QueryResult, error) {
	var found topdown.QueryResult
	err := topdown.NewQuery(body).
		WithCompiler(by).
		WithStore(noData{}).
		WithTransaction(noTransaction{}).
		WithInput(v.input).
		WithCancel(v.cancel).
		WithBuiltins(v.engine.builtins).
		WithMetrics(metrics.NoOp()).
		WithVirtualCache(v.cache).
		WithStrictBuiltinErrors(true).
		Iter(ctx, func(result topdown.QueryResult) error {
			found = result
			return nil
		})
	if err != nil {
		// Whatever was found before an error must not count: a rule that errs
		// half-way has not answered. What the cache holds of it would be taken for
		// its answer by the next query.
		v.cache = topdown.NewVirtualCache()
		return nil, err
	}
	return found, nil
}

// noData is the store of an engine that has none: rules may read only their
// input and the library, so there is nothing to read and no lock to share.
type noData struct {
	storage.PolicyNotSupported
	storage.TriggersNotSupported
	storage.WritesNotSupported
}

var errNoData = errors.New("the engine holds no data")

func (noData) NewTransaction(context.Context, ...storage.TransactionParams) (storage.Transaction, error) {
	return noTransaction{}, nil
}

func (noData) Read(context.Context, storage.Transaction, storage.Path) (any, error) {
	return nil, &storage.Error{Code: storage.NotFoundErr}
}

func (noData) Truncate(context.Context, storage.Transaction, storage.TransactionParams, storage.Iterator) error {
	return errNoData
}

func (noData) Commit(context.Context, storage.Transaction) error { return nil }

func (noData) Abort(context.Context, storage.Transaction) {}

type noTransaction struct{}

func (noTransaction) ID() uint64 { return 0 }
