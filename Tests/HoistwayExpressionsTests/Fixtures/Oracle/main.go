// Evaluates expressions with expr-lang: one JSON string a line in, one JSON value or `error: …` a line out.
//
// It is not built with the program. See "How results are compared" on the page of functions.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/expr-lang/expr"
)

func main() {
	bytes, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	env := map[string]any{}
	if err := json.Unmarshal(bytes, &env); err != nil {
		panic(err)
	}
	env["n"], env["m"], env["zero"], env["ints"] = 7, -3, 0, []any{3, 1, 2}
	env["t"] = time.Date(2024, 2, 29, 12, 30, 15, 123000000, time.UTC)
	env["d"] = 90 * time.Minute
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(make([]byte, 1<<20), 1<<26)
	writer := bufio.NewWriter(os.Stdout)
	defer writer.Flush()
	for scanner.Scan() {
		var source string
		if err := json.Unmarshal(scanner.Bytes(), &source); err != nil {
			panic(err)
		}
		fmt.Fprintln(writer, strings.ReplaceAll(evaluate(source, env), "\n", " "))
	}
}

func evaluate(source string, env map[string]any) (result string) {
	defer func() {
		if problem := recover(); problem != nil {
			result = fmt.Sprint("error: ", problem)
		}
	}()
	program, err := expr.Compile(source)
	if err != nil {
		return "error: " + err.Error()
	}
	value, err := expr.Run(program, env)
	if err != nil {
		return "error: " + err.Error()
	}
	bytes, err := json.Marshal(value)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(bytes)
}
