//! One table: content → what it is. The content is the least that each format's specification asks for.

use super::*;
use Forbidden::{Active, Archive, Empty, Macros, Program, Several, Unknown};

/// A ZIP with empty files of these names; the first may hold something, stored as it is.
fn zip(names: &[&str], first: &[u8], remark: &[u8]) -> Vec<u8> {
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for (index, name) in names.iter().enumerate() {
        let content = if index == 0 { first } else { b"".as_slice() };
        let name_length = u16::try_from(name.len()).expect("short").to_le_bytes();
        let size = u32::try_from(content.len()).expect("short").to_le_bytes();
        let about =
            [&[20_u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &size, &size, &name_length].concat();
        let at = u32::try_from(files.len()).expect("short").to_le_bytes();
        directory.extend([&b"PK\x01\x02\x14\0"[..], &about, &[0; 12], &at, name.as_bytes()].concat());
        files.extend([&b"PK\x03\x04"[..], &about, &[0; 2], name.as_bytes(), content].concat());
    }
    let entries = u16::try_from(names.len()).expect("few").to_le_bytes();
    let long = |length: usize| u32::try_from(length).expect("short").to_le_bytes();
    let remark_length = u16::try_from(remark.len()).expect("short").to_le_bytes();
    let end = [
        &b"PK\x05\x06\0\0\0\0"[..],
        &entries,
        &entries,
        &long(directory.len()),
        &long(files.len()),
        &remark_length,
        remark,
    ];
    [files.as_slice(), &directory, &end.concat()].concat()
}

/// An OLE file with streams of these names.
fn ole(names: &[&str]) -> Vec<u8> {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(512, 0);
    for name in names {
        let letters: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let mut entry = letters.clone();
        entry.resize(64, 0);
        entry.extend(u16::try_from(letters.len()).expect("short").to_le_bytes());
        entry.push(2);
        entry.resize(128, 0);
        file.extend(entry);
    }
    file
}

fn with(start: &[u8], rest: &[u8]) -> Vec<u8> {
    [start, rest].concat()
}

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9";

#[test]
fn a_file_is_what_its_content_says() {
    let frame = [0xff, 0xfb, 0x90, 0x00];
    let mp3 = [&frame[..], &[0; 413], &frame, &[0; 10]].concat();
    let odt = zip(&["mimetype", "content.xml"], b"application/vnd.oasis.opendocument.text", b"");
    let template = zip(&["mimetype"], b"application/vnd.oasis.opendocument.text-template", b"");
    let docx: &[&str] = &["[Content_Types].xml", "word/document.xml"];
    let checks: Vec<(Vec<u8>, Result<Format, Forbidden>)> = vec![
        (JPEG.to_vec(), Ok(Format::Jpeg)),
        (with(b"\x89PNG\r\n\x1a\n", &[0; 30]), Ok(Format::Png)),
        (with(b"RIFF\x20\0\0\0WEBPVP8 ", &[0; 20]), Ok(Format::WebP)),
        (with(b"GIF89a", &[0; 20]), Ok(Format::Gif)),
        (with(b"II*\0", &[0; 20]), Ok(Format::Tiff)),
        ([&b"BM"[..], &[0; 12], &40_u32.to_le_bytes(), &[0; 40]].concat(), Ok(Format::Bmp)),
        (b"BMW is geen plaatje".to_vec(), Ok(Format::Text)),
        (with(b"\0\0\0\x18ftypheic", &[0; 16]), Ok(Format::Heif)),
        (with(b"\0\0\0\x18ftypmp42", &[0; 16]), Ok(Format::Mp4)),
        (with(b"\0\0\0\x18ftyp3gp4", &[0; 16]), Ok(Format::ThreeGp)),
        (with(b"\0\0\0\x18ftypqt  ", &[0; 16]), Ok(Format::QuickTime)),
        (with(b"\0\0\0\x18ftypM4A ", &[0; 16]), Ok(Format::M4a)),
        (with(b"\0\0\0\x18ftypeeek", &[0; 16]), Err(Unknown)),
        (with(b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm", &[0; 16]), Ok(Format::WebM)),
        ([&b"OggS"[..], &[0; 24], b"OpusHead"].concat(), Ok(Format::Ogg)),
        ([&b"OggS"[..], &[0; 24], b"\x80theora"].concat(), Err(Unknown)),
        (mp3, Ok(Format::Mp3)),
        (with(&frame, &[0; 600]), Err(Unknown)),
        (with(b"ID3\x04", &[0; 20]), Ok(Format::Mp3)),
        (with(b"\xff\xf1\x50", &[0; 20]), Ok(Format::Aac)),
        (with(b"#!AMR\n", &[0; 20]), Ok(Format::Amr)),
        (with(b"RIFF\x20\0\0\0WAVEfmt ", &[0; 20]), Ok(Format::Wav)),
        (with(b"fLaC", &[0; 20]), Ok(Format::Flac)),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), Ok(Format::Pdf)),
        (b"\xef\xbb\xbf\n\n%PDF-1.4\n".to_vec(), Ok(Format::Pdf)),
        (b"{\\rtf1\\ansi Hallo}".to_vec(), Ok(Format::Rtf)),
        (zip(docx, b"", b""), Ok(Format::Docx)),
        (zip(docx, b"", b"een opmerking"), Ok(Format::Docx)),
        (zip(&["[Content_Types].xml", "xl/workbook.xml"], b"", b""), Ok(Format::Xlsx)),
        (zip(&["[Content_Types].xml", "ppt/presentation.xml"], b"", b""), Ok(Format::Pptx)),
        (odt, Ok(Format::Odt)),
        (ole(&["Root Entry", "WordDocument"]), Ok(Format::Doc)),
        (ole(&["Root Entry", "Workbook"]), Ok(Format::Xls)),
        (ole(&["Root Entry", "PowerPoint Document"]), Ok(Format::Ppt)),
        ("Straat;Nummer\r\nKerkstraat;12\r\n".into(), Ok(Format::Text)),
        ("Eén lantaarn – 12 €".into(), Ok(Format::Text)),
        (b"\xff\xfeH\0o\0i\0".to_vec(), Ok(Format::Text)),
        // What is not kept.
        (Vec::new(), Err(Empty)),
        (with(b"MZ\x90\0", &[0; 60]), Err(Program)),
        (with(b"\x7fELF\x02\x01\x01", &[0; 60]), Err(Program)),
        (b"#!/bin/sh\nrm -rf ~\n".to_vec(), Err(Program)),
        (with(b"\xca\xfe\xba\xbe\0\0\0\x34", &[0; 60]), Err(Program)),
        (b"<!DOCTYPE html><title>x</title>".to_vec(), Err(Active)),
        (b"\n\n <SvG xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Err(Active)),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>".to_vec(), Err(Active)),
        (b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0".to_vec(), Err(Active)),
        (b"@ECHO OFF\r\ndel *.*\r\n".to_vec(), Err(Active)),
        (zip(&["foto.jpg"], b"", b""), Err(Archive)),
        (zip(&["META-INF/MANIFEST.MF", "A.class"], b"", b""), Err(Archive)),
        (template, Err(Archive)),
        (with(b"Rar!\x1a\x07\x01\0", &[0; 60]), Err(Archive)),
        (with(b"\x1f\x8b\x08", &[0; 60]), Err(Archive)),
        (b"PK\x03\x04 en dan niets meer".to_vec(), Err(Archive)),
        (zip(&[docx, &["word/vbaProject.bin"]].concat(), b"", b""), Err(Macros)),
        (zip(&[docx, &["word\\VbaProject.bin"]].concat(), b"", b""), Err(Macros)),
        (zip(&[docx, &["word/activeX/activeX1.bin"]].concat(), b"", b""), Err(Macros)),
        (ole(&["Root Entry", "WordDocument", "_VBA_PROJECT"]), Err(Macros)),
        (ole(&["Root Entry", "!_StringData"]), Err(Unknown)),
        (with(b"\x01\x02\x03", &[0; 60]), Err(Unknown)),
    ];
    for (index, (content, expected)) in checks.iter().enumerate() {
        let start = String::from_utf8_lossy(content.get(..24.min(content.len())).expect("within"));
        assert_eq!(sniff(content.as_slice()), *expected, "line {index}: {start:?}");
    }
}

#[test]
fn what_several_formats_claim_is_refused() {
    let page = with(JPEG, b"<script>alert(1)</script>");
    let pdf = with(JPEG, b"%PDF-1.4");
    let archive = with(JPEG, &zip(&["a.exe"], b"", b""));
    let page_in_gif = b"GIF89a/*<html><script>".to_vec();
    let pdf_and_archive = with(b"%PDF-1.4\n", &zip(&["a.exe"], b"", b""));
    let document = with(&ole(&["WordDocument"]), &zip(&["a.exe"], b"", b""));
    let page_in_document = with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1<html>", &ole(&["WordDocument"]));
    for content in [page, pdf, archive, page_in_gif, pdf_and_archive, document, page_in_document] {
        assert_eq!(sniff(content.as_slice()), Err(Several));
    }
    // The same pieces alone are what they are: the check above could have failed.
    assert_eq!(
        sniff(with(JPEG, b"PK\x05\x06 zonder het einde van een archief").as_slice()),
        Ok(Format::Jpeg)
    );
    // A program stays one whatever stands behind it, and something before an archive makes it no document.
    assert_eq!(sniff(with(b"MZ", &zip(&["a"], b"", b"")).as_slice()), Err(Program));
    let shifted = with(b"hallo ", &zip(&["[Content_Types].xml", "word/document.xml"], b"", b""));
    assert_eq!(sniff(shifted.as_slice()), Err(Archive));
}

#[test]
fn a_directory_that_lies_is_no_document() {
    let whole = zip(&["[Content_Types].xml", "word/document.xml"], b"", b"");
    for (at, value) in [(12, 0xff), (15, 0xff), (16, 0xff), (19, 0xff), (10, 9)] {
        let mut bent = whole.clone();
        let end = bent.len() - 22;
        bent[end + at] = value;
        assert_eq!(sniff(bent.as_slice()), Err(Archive), "byte {at} of the end");
    }
    // One entry fewer than there are: another reader would see it.
    let mut hidden = zip(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"], b"", b"");
    let end = hidden.len() - 22;
    (hidden[end + 8], hidden[end + 10]) = (2, 2);
    assert_eq!(sniff(hidden.as_slice()), Err(Archive));
}

#[test]
fn a_document_in_which_readers_would_find_two_directories_is_none() {
    let names = ["mimetype", "content.xml"];
    let whole = zip(&names, b"application/vnd.oasis.opendocument.text", b"");
    // A second end, which names nothing that is in the document.
    assert_eq!(sniff(with(&whole, &[b"PK\x05\x06", &[0; 18][..]].concat()).as_slice()), Err(Archive));
    // Another directory right before the end, where some readers look.
    let other = zip(&["mimetype", "content.xml", "Basic/script-lc.xml"], b"", b"");
    let (before, end) = whole.split_at(whole.len() - 22);
    assert_eq!(sniff([before, &other[..other.len() - 22], end].concat().as_slice()), Err(Archive));
    // Another end in the remark of the first.
    let remark = zip(&["Basic/script-lc.xml"], b"", b"zoveel");
    let remarked = zip(&names, b"application/vnd.oasis.opendocument.text", &remark[..remark.len() - 1]);
    assert_eq!(sniff(remarked.as_slice()), Err(Archive));
}

#[test]
fn a_document_may_end_in_the_large_form_if_that_says_the_same() {
    let whole = zip(&["[Content_Types].xml", "word/document.xml"], b"", b"");
    let (before, end) = whole.split_at(whole.len() - 22);
    let long = |at: usize| {
        let bytes = end[at..at + 4].try_into().expect("four bytes");
        u64::from(u32::from_le_bytes(bytes)).to_le_bytes()
    };
    let ends = |directory_at: [u8; 8]| {
        let entries = 2_u64.to_le_bytes();
        let large = [&b"PK\x06\x06"[..], &44_u64.to_le_bytes(), &[45, 0, 45, 0], &[0; 8], &entries, &entries];
        let place = [&b"PK\x06\x07\0\0\0\0"[..], &[0; 8], &[1, 0, 0, 0]].concat();
        sniff([before, &large.concat(), &long(12), &directory_at, &place, end].concat().as_slice())
    };
    assert_eq!(ends(long(16)), Ok(Format::Docx));
    assert_eq!(ends(0_u64.to_le_bytes()), Err(Archive));
}
