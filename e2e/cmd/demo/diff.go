package main

import "strings"

// line is one line of a comparison: ' ' in both, '-' in the old text only, '+' in the new one only.
type line struct {
	mark byte
	text string
}

// compare lines two texts up by their longest common subsequence. They are manifests: short.
func compare(before, after string) []line {
	a, b := split(before), split(after)
	common := make([][]int, len(a)+1) // common[i][j]: the length for a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []line
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, line{' ', a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, line{'-', a[i]})
			i++
		default:
			lines = append(lines, line{'+', b[j]})
			j++
		}
	}
	return lines
}

func split(text string) []string {
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}
