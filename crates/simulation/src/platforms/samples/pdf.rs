//! A letter of one page, as small as a PDF can be.

/// One page with these lines. Round brackets and backslashes are left out: they mean something in PDF.
pub(super) fn page(lines: &[&str]) -> Vec<u8> {
    let spoken = lines.iter().map(|line| line.replace(['(', ')', '\\'], ""));
    let shown: String = spoken.map(|line| format!("({line}) Tj T*\n")).collect();
    let content = format!("BT /F1 12 Tf 16 TL 72 770 Td\n{shown}ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>"
            .to_owned(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (before, object) in objects.iter().enumerate() {
        places.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", before + 1));
    }
    let (begins, size) = (pdf.len(), objects.len() + 1);
    pdf.push_str(&format!("xref\n0 {size}\n0000000000 65535 f \n{places}"));
    pdf.push_str(&format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{begins}\n%%EOF\n"));
    pdf.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_stands_where_the_table_says() {
        let pdf = String::from_utf8(page(&["Beste (gemeente)"])).expect("text");
        assert!(pdf.contains("(Beste gemeente) Tj"));
        let table = pdf.split("65535 f \n").nth(1).expect("a table");
        for (before, line) in table.lines().take(5).enumerate() {
            let place: usize = line[..10].parse().expect("a number");
            assert!(pdf[place..].starts_with(&format!("{} 0 obj", before + 1)), "{line}");
        }
        let begins: usize = pdf.lines().rev().nth(1).and_then(|line| line.parse().ok()).expect("a number");
        assert!(pdf[begins..].starts_with("xref"));
    }
}
