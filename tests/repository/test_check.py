"""Each check first proves that it finds a planted mistake, then that it leaves what is right alone."""

import os
import tempfile
import unittest

import check


def found(function, path, text, **more):
    return list(function(path, text, **more))


class Links(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        os.mkdir(os.path.join(self.root, "docs"))
        with open(os.path.join(self.root, "docs", "there.md"), "w", encoding="utf-8") as page:
            page.write("# Één gesprek\n\n```\n# not a heading\n```\n\n## `raw` first\n\n## `raw` first\n")

    def links(self, text):
        return found(check.broken_links, "docs/page.md", text, root=self.root)

    def test_a_link_to_a_missing_file_is_found_with_its_line(self):
        self.assertIn("docs/page.md:3: the link to gone.md", self.links("a\n\n[b](gone.md)\n")[0])
        self.assertEqual(1, len(self.links("[b]: gone.md\n")))

    def test_a_missing_heading_is_found(self):
        self.assertEqual(1, len(self.links("[b](there.md#not-a-heading)")))

    def test_links_that_lead_somewhere_pass(self):
        self.assertEqual([], self.links("[a](there.md) [b](there.md#één-gesprek) [c](there.md#raw-first-1) [d](../docs/)"))

    def test_other_addresses_and_code_are_left_alone(self):
        self.assertEqual([], self.links("[a](https://example.org) `[b](gone.md)`\n```\n[c](gone.md)\n```\n"))


class Traces(unittest.TestCase):
    def test_a_place_on_a_machine_is_found(self):
        for text in ["cd /" + "work/main", "see `/root/.cargo`", "/home/noor/gehoor", '"/Users/yusuf/x"', "/" + "work"]:
            self.assertEqual(1, len(found(check.machine_paths, "a.md", text)), text)

    def test_other_paths_are_left_alone(self):
        for text in ["/usr/bin/chromium", "docs/work/", "/api/v1/work-items", "./root/x", "https://a.example/work/", "/homes"]:
            self.assertEqual([], found(check.machine_paths, "a.md", text), text)

    def test_the_address_of_a_registry_is_found(self):
        for text in ["https://crates" + ".io/crates/axum", "https://registry" + ".npmjs.org/x", "https://files" + ".pythonhosted.org/x"]:
            self.assertEqual(1, len(found(check.registry_addresses, "a.md", text)), text)
        self.assertEqual([], found(check.registry_addresses, "a.md", "the crate axum of crates.io, https://docs.rs/axum"))


class LockFiles(unittest.TestCase):
    def test_another_source_than_the_usual_one_is_found(self):
        usual = f'[[package]]\nname = "axum"\nsource = "{check.CRATES_IO}"\n'
        self.assertEqual([], found(check.lock_sources, "fuzz/Cargo.lock", usual))
        for source in ["sparse+https://crates.mirror.example/", "registry+https://mirror.example/index", "git+https://a.example/axum"]:
            text = usual + f'[[package]]\nsource = "{source}"\n'
            self.assertEqual(1, len(found(check.lock_sources, "fuzz/Cargo.lock", text)), source)
            self.assertEqual([], found(check.lock_sources, "docs/a.md", text))


class Publiccode(unittest.TestCase):
    good = """
publiccodeYmlVersion: "0.4"
name: Gehoor
url: "https://gehoor.example/gehoor.git"
softwareVersion: "1.0.0"
platforms: [web]
categories: [help-desk]
developmentStatus: development
softwareType: standalone/web
description:
  en:
    shortDescription: Short
    longDescription: "{long}"
    features: [One]
legal: {{license: EUPL-1.2}}
maintenance: {{type: community, contacts: [{{name: Somebody}}]}}
localisation: {{localisationReady: true, availableLanguages: [nl]}}
""".format(long="x" * 500)

    def findings(self, old="", new=""):
        return found(check.publiccode, "publiccode.yml", self.good.replace(old, new, 1), workspace_version="1.0.0")

    def test_a_good_one_passes(self):
        self.assertEqual([], self.findings())

    def test_each_mistake_is_found(self):
        for old, new in [("name: Gehoor", ""), ('"0.4"', "0.4"), ("name:", "name: ["), ("standalone/web", "website"),
                         ("x" * 500, "x" * 499), ("Short", "s" * 151), ("[One]", "[]"), ("development\n", "ready\n"),
                         ("license:", "licence:"), ("Ready: true", "Ready: ja"), ('"1.0.0"', '"2.0.0"'),
                         (", contacts: [{name: Somebody}]", "")]:
            self.assertNotEqual([], self.findings(old, new), (old, new))


if __name__ == "__main__":
    unittest.main()
