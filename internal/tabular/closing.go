package tabular

import (
	"regexp"
	"strings"
)

// Rows that are no data begin with words of these forms, read without spaces
// and in plain characters.
var (
	// 制表人：张三, 填报单位（盖章）：…, 备注：…
	labelForm = regexp.MustCompile(`^(制表|填表|审核|复核|审批|审定|填报|报送|上报|负责人|单位负责人|主管|经办|联系人|联系电话|备注|说明|注|单位盖章|\(?盖章|签字|日期)[^:]{0,12}:`)
	// The same with the value in the next cell, so the word stands alone.
	bareForm = regexp.MustCompile(`^((制表|填表|审核|复核|审批|审定|填报|报送|上报|经办)(人|人员|员|单位|日期|时间)?|(单位)?负责人|主管领导|联系人|联系电话|备注|说明|注|\(?(单位)?盖章\)?|签字)$`)
	// 合计, 总计：12家, 小计(3)
	totalForm = regexp.MustCompile(`^(合计|总计|小计|共计|累计)([:(\d].*)?$`)
	// 示例, 样例1, 例：
	exampleForm = regexp.MustCompile(`^\(?(示例|样例|范例|例|例如)\d?\)?:?$`)
	// 一、南昌市 or （二）九江市
	sectionForm = regexp.MustCompile(`^([一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\))`)
)

func isClosingText(cell string) bool {
	s := strings.ReplaceAll(plain(cell), " ", "")
	return labelForm.MatchString(s) || bareForm.MatchString(s) || totalForm.MatchString(s)
}

// isClosing reports a row such as those at the end of a sheet: it begins with a
// closing word and has not what a row of data must have. A shop that is really
// called 合计 passes, because its other required cells are filled; a signature
// merged over several cells does not, because it stands in all of them.
func (t *Table) isClosing(row []string, columns []Column) bool {
	if !isClosingText(firstText(row)) {
		return false
	}
	first, others := firstIndex(row), 0
	for _, c := range columns {
		i, ok := t.at[c.Key]
		if !c.Required || !ok || i == first {
			continue // the word itself proves nothing
		}
		others++
		if i >= len(row) || Clean(row[i]) == "" || isClosingText(row[i]) {
			return true
		}
	}
	return others == 0
}

// isExample reports a row of a template that shows how to fill it in: its
// first cell, where others have their number, says so.
func isExample(row []string) bool {
	return exampleForm.MatchString(strings.ReplaceAll(plain(firstText(row)), " ", ""))
}

// isSection reports a heading within the table: one text, numbered in Chinese.
func isSection(row []string) bool {
	first := firstText(row)
	for _, c := range row {
		if c = Clean(c); c != "" && firstText([]string{c}) != first {
			return false
		}
	}
	return sectionForm.MatchString(plain(first))
}

func firstIndex(row []string) int {
	for i, c := range row {
		if Clean(c) != "" {
			return i
		}
	}
	return -1
}
