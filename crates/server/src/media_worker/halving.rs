//! Large pictures at half their sides: every two by two pixels become one. The ready-made way of making a picture smaller
//! takes a judge half of its time for the photos of today's telephones.

use image::{DynamicImage, ImageBuffer, Pixel};

/// The picture at half its sides; of an odd side, the last pixel stands alone.
pub(super) fn halved(image: &DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma8(grey) => half::<_, 1>(grey).into(),
        DynamicImage::ImageLumaA8(grey) => half::<_, 2>(grey).into(),
        DynamicImage::ImageRgb8(colours) => half::<_, 3>(colours).into(),
        DynamicImage::ImageRgba8(colours) => half::<_, 4>(colours).into(),
        other => other.thumbnail_exact(other.width().div_ceil(2), other.height().div_ceil(2)),
    }
}

/// `C`: values of a pixel.
fn half<P: Pixel<Subpixel = u8>, const C: usize>(image: &ImageBuffer<P, Vec<u8>>) -> ImageBuffer<P, Vec<u8>> {
    let (width, height) = (image.width().div_ceil(2), image.height().div_ceil(2));
    let long = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    let mut made = Vec::with_capacity(long(width) * long(height) * C);
    let mut rows = image.as_raw().chunks_exact((long(image.width()) * C).max(1));
    while let Some(upper) = rows.next() {
        let lower = rows.next().unwrap_or(upper);
        for (upper, lower) in upper.chunks(2 * C).zip(lower.chunks(2 * C)) {
            let right = upper.len() - C;
            for value in 0..C {
                let four = [upper[value], upper[value + right], lower[value], lower[value + right]];
                let sum: u16 = four.into_iter().map(u16::from).sum();
                made.push(u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX));
            }
        }
    }
    ImageBuffer::from_raw(width, height, made).expect("as many values as the sides ask for")
}

#[cfg(test)]
mod tests {
    use image::{GrayAlphaImage, GrayImage, Rgb, RgbImage};

    use super::*;

    #[test]
    fn every_two_by_two_become_their_mean() {
        let pixels = [[0, 10, 255], [2, 20, 255], [4, 30, 255], [6, 41, 255]];
        let image = RgbImage::from_raw(2, 2, pixels.concat()).expect("four pixels");
        let small = halved(&image.into()).into_rgb8();
        assert_eq!((small.dimensions(), small.get_pixel(0, 0)), ((1, 1), &Rgb([3, 25, 255])));
    }

    #[test]
    fn the_last_pixel_of_an_odd_side_stands_alone() {
        let image = GrayImage::from_raw(3, 3, vec![0, 0, 8, 0, 0, 8, 100, 100, 50]).expect("nine pixels");
        let small = halved(&image.into()).into_luma8();
        assert_eq!((small.dimensions(), small.into_raw()), ((2, 2), vec![0, 8, 100, 50]));
    }

    #[test]
    fn whatever_its_size_and_kind_it_is_halved() {
        for (width, height) in [(1, 1), (1, 2), (2, 1), (1, 5), (7, 1), (6, 4), (9, 9)] {
            let kinds = [
                DynamicImage::new_luma8(width, height),
                DynamicImage::new_luma_a8(width, height),
                DynamicImage::new_rgb8(width, height),
                DynamicImage::new_rgba8(width, height),
                DynamicImage::new_rgb16(width, height),
            ];
            for image in kinds {
                let small = halved(&image);
                assert_eq!((small.width(), small.height()), (width.div_ceil(2), height.div_ceil(2)));
                assert_eq!(small.color(), image.color());
            }
        }
    }

    #[test]
    fn the_values_of_a_pixel_are_not_mixed() {
        let image = GrayAlphaImage::from_raw(2, 1, vec![10, 200, 20, 100]).expect("two pixels");
        assert_eq!(halved(&image.into()).into_luma_alpha8().into_raw(), [15, 150]);
    }
}
