//! A picture written anew: only its pixels come along, the right way up. What else was in it (place, camera, author,
//! colour profile, whatever stood behind the end) stays behind; the place is read before.

use std::io::Cursor;

use domain::media::{Format, PIXELS_MAX, SIDE_MAX, THUMBNAIL_SIDE, exif, is_decoded, webp};
use domain::messages::Coordinates;
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::{WebPDecoder, WebPEncoder};
use image::metadata::Orientation;
use image::{AnimationDecoder, DynamicImage, Frame, ImageDecoder, ImageError, Limits};

/// Quality of a JPEG that is written anew, of 100.
const QUALITY: u8 = 88;
/// Quality of the small picture.
const THUMBNAIL_QUALITY: u8 = 80;
/// Frames of an animation.
const FRAMES_MAX: usize = 1000;
/// Buffers of the size of the picture that an animation is put together in.
const BUFFERS: u64 = 4;
/// Bytes of a frame that may be larger than the picture it is part of.
const FRAME_BEYOND: u64 = 1024 * 1024;
/// How roughly colours of a GIF are chosen, from 1 to 30.
const GIF_SPEED: i32 = 30;

/// What was made of a picture.
pub struct Picture {
    pub format: Format,
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
    pub thumbnail: Vec<u8>,
    pub taken_at: Option<Coordinates>,
}

/// Why nothing was made.
#[derive(Debug, PartialEq, Eq)]
pub enum NotMade {
    /// More pixels than are decoded; seen in the header.
    Flood,
    /// It is broken.
    Unreadable,
}

impl From<ImageError> for NotMade {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::Flood,
            _ => Self::Unreadable,
        }
    }
}

/// Writes a picture anew.
pub fn anew(bytes: &[u8], format: Format) -> Result<Picture, NotMade> {
    let input = Cursor::new(bytes);
    match format {
        Format::Jpeg => {
            let mut decoder = JpegDecoder::new(input)?;
            let exif = exif_of(&mut decoder);
            written(&decode(decoder, exif.as_deref())?, Format::Jpeg, exif.as_deref())
        }
        Format::Png => {
            let mut decoder = PngDecoder::with_limits(input, limits(PIXELS_MAX * 8))?;
            let exif = exif_of(&mut decoder);
            written(&decode(decoder, exif.as_deref())?, Format::Png, exif.as_deref())
        }
        Format::WebP => of_webp(bytes),
        Format::Gif => of_gif(bytes),
        _ => Err(NotMade::Unreadable),
    }
}

/// A block that cannot be read says nothing; the picture is there all the same.
fn exif_of(decoder: &mut impl ImageDecoder) -> Option<Vec<u8>> {
    decoder.exif_metadata().ok().flatten()
}

/// The pixels, the right way up.
fn decode(mut decoder: impl ImageDecoder, exif: Option<&[u8]>) -> Result<DynamicImage, NotMade> {
    let (width, height) = decoder.dimensions();
    if !is_decoded(width, height) {
        return Err(NotMade::Flood);
    }
    decoder.set_limits(limits(PIXELS_MAX * 8))?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms));
    Ok(image)
}

/// What a decoder may take: so many bytes, and sides that are decoded.
fn limits(bytes: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(bytes);
    limits
}

fn written(image: &DynamicImage, format: Format, exif: Option<&[u8]>) -> Result<Picture, NotMade> {
    let bytes = match format {
        Format::Jpeg => jpeg(image, QUALITY)?,
        Format::Png => encoded(|out| eight_bits(image).write_with_encoder(PngEncoder::new(out)))?,
        Format::WebP => {
            let image = DynamicImage::from(image.to_rgba8());
            encoded(|out| image.write_with_encoder(WebPEncoder::new_lossless(out)))?
        }
        _ => return Err(NotMade::Unreadable),
    };
    let (width, height) = (image.width(), image.height());
    Ok(Picture {
        format,
        width,
        height,
        bytes,
        thumbnail: thumbnail(image)?,
        taken_at: exif.and_then(exif::place),
    })
}

fn encoded(write: impl FnOnce(&mut Vec<u8>) -> Result<(), ImageError>) -> Result<Vec<u8>, NotMade> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(bytes)
}

fn jpeg(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, NotMade> {
    encoded(|out| {
        let encoder = JpegEncoder::new_with_quality(out, quality);
        match image {
            DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image.write_with_encoder(encoder),
            _ => DynamicImage::from(image.to_rgb8()).write_with_encoder(encoder),
        }
    })
}

/// No more than a screen shows.
fn eight_bits(image: &DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma16(_) => DynamicImage::from(image.to_luma8()),
        DynamicImage::ImageLumaA16(_) => DynamicImage::from(image.to_luma_alpha8()),
        DynamicImage::ImageRgb16(_) => DynamicImage::from(image.to_rgb8()),
        DynamicImage::ImageRgba16(_) => DynamicImage::from(image.to_rgba8()),
        _ => image.clone(),
    }
}

/// At most [`THUMBNAIL_SIDE`] on its longest side, never larger than the picture; what is transparent is white.
fn thumbnail(image: &DynamicImage) -> Result<Vec<u8>, NotMade> {
    let fits = image.width().max(image.height()) <= THUMBNAIL_SIDE;
    let small = if fits {
        image.clone()
    } else {
        image.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    };
    if !small.color().has_alpha() {
        return jpeg(&small, THUMBNAIL_QUALITY);
    }
    let mut rgb = image::RgbImage::new(small.width(), small.height());
    for (x, y, pixel) in small.to_rgba8().enumerate_pixels() {
        let [colours @ .., alpha] = pixel.0;
        let over_white = |colour: u8| {
            let mixed = (u32::from(colour) * u32::from(alpha) + 255 * u32::from(255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        rgb.put_pixel(x, y, image::Rgb(colours.map(over_white)));
    }
    jpeg(&DynamicImage::from(rgb), THUMBNAIL_QUALITY)
}

/// A sticker keeps what is transparent; a photograph becomes a JPEG, which is a tenth of what WebP without loss would be;
/// an animation stays one, without what else is in it.
fn of_webp(bytes: &[u8]) -> Result<Picture, NotMade> {
    let decoder = WebPDecoder::new(Cursor::new(bytes))?;
    // Not asked of the decoder: that makes room for as many bytes as the block says it has.
    let exif = webp::exif(bytes);
    if decoder.has_animation() {
        return of_animated_webp(bytes, exif);
    }
    let image = decode(decoder, exif)?;
    let format = if image.color().has_alpha() { Format::WebP } else { Format::Jpeg };
    written(&image, format, exif)
}

/// What is kept is what is decoded: with what was left out, which way is up may be gone, or the whole first frame.
fn of_animated_webp(bytes: &[u8], exif: Option<&[u8]>) -> Result<Picture, NotMade> {
    let bytes = webp::animation_alone(bytes).ok_or(NotMade::Unreadable)?;
    let image = decode(WebPDecoder::new(Cursor::new(bytes.as_slice()))?, None)?;
    let (width, height) = (image.width(), image.height());
    Ok(Picture {
        format: Format::WebP,
        width,
        height,
        thumbnail: thumbnail(&image)?,
        bytes,
        taken_at: exif.and_then(exif::place),
    })
}

/// Every frame is written anew.
fn of_gif(bytes: &[u8]) -> Result<Picture, NotMade> {
    let mut decoder = GifDecoder::new(Cursor::new(bytes))?;
    let (width, height) = decoder.dimensions();
    if !is_decoded(width, height) {
        return Err(NotMade::Flood);
    }
    let pixels = u64::from(width) * u64::from(height);
    // A frame has a size of its own, which the size of the picture says nothing about.
    decoder.set_limits(limits(pixels * 4 * BUFFERS + FRAME_BEYOND))?;
    let (mut out, mut first, mut seen) = (Vec::new(), None, 0_u64);
    {
        let mut encoder = GifEncoder::new_with_speed(&mut out, GIF_SPEED);
        for (index, frame) in decoder.into_frames().enumerate() {
            seen += pixels;
            if index >= FRAMES_MAX || seen > PIXELS_MAX {
                return Err(NotMade::Flood);
            }
            let frame: Frame = frame?;
            if first.is_none() {
                encoder.set_repeat(Repeat::Infinite)?;
                first = Some(DynamicImage::from(frame.buffer().clone()));
            }
            encoder.encode_frame(frame)?;
        }
    }
    let first = first.ok_or(NotMade::Unreadable)?;
    let thumbnail = thumbnail(&first)?;
    Ok(Picture {
        format: Format::Gif,
        width,
        height,
        bytes: out,
        thumbnail,
        taken_at: None,
    })
}
