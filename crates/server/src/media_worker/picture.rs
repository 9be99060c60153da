//! A picture written anew: only its pixels come along, the right way up. What else was in it (place, camera, author,
//! colour profile, whatever stood behind the end) stays behind; the place is read before.
//!
//! Everything here fits into the memory and the time of a judge: pixels are handed on, not copied, and a very large
//! picture is made smaller before anything else is done with it. What does not fit is [`NotMade::TooMuch`].

use std::borrow::Cow;
use std::io::{BufRead, Cursor, Seek};

use domain::media::{Content, Format, PIXELS_MAX, SIDE_MAX, THUMBNAIL_SIDE, exif, is_decoded, webp};
use domain::messages::Coordinates;
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::{WebPDecoder, WebPEncoder};
use image::metadata::Orientation;
use image::{AnimationDecoder, DynamicImage, Frame, ImageDecoder, ImageError, Limits};

use super::halving::halved;

/// A file that is looked into, read as it is asked for.
pub trait Source: Content {
    /// Reads it from its beginning.
    fn reader(&self) -> impl BufRead + Seek;
}

impl Source for [u8] {
    fn reader(&self) -> impl BufRead + Seek {
        Cursor::new(self)
    }
}

/// Quality of a JPEG that is written anew, of 100.
const QUALITY: u8 = 88;
/// Quality of the small picture.
const THUMBNAIL_QUALITY: u8 = 80;
/// Bytes of decoded pixels: 50 million in three colours. The rest of the memory is for the file and what is made of it.
const DECODED_BYTES: u64 = PIXELS_MAX * 3;
/// Pixels of a picture that keeps its size. Of a larger one every two by two become one: the 48 million of a telephone
/// are taken of the same lens as its 12 million.
const FULL_PIXELS: u64 = 25_000_000;
/// Frames of an animation.
const FRAMES_MAX: usize = 1000;
/// Pixels of one frame of an animation, which is in memory several times while the next is made.
const FRAME_PIXELS: u64 = 8_000_000;
/// How roughly colours of a GIF are chosen, from 1 to 30.
const GIF_SPEED: i32 = 30;
/// Buffers of the size of the picture that an animation is put together in.
const BUFFERS: u64 = 4;
/// Bytes of a frame that may be larger than the picture it is part of.
const FRAME_BEYOND: u64 = 1024 * 1024;
/// Bytes of a WebP: what stands in its container is read, and of an animation written anew, beside it.
const WEBP_BYTES: u64 = 32 * 1024 * 1024;

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
    /// More than is decoded, or than there is memory for.
    TooMuch,
    /// It is broken.
    Unreadable,
}

impl From<ImageError> for NotMade {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooMuch,
            _ => Self::Unreadable,
        }
    }
}

/// Writes a picture anew.
pub fn anew(input: &(impl Source + ?Sized), format: Format) -> Result<Picture, NotMade> {
    match format {
        Format::Jpeg => {
            let mut decoder = JpegDecoder::new(input.reader())?;
            let exif = exif_of(&mut decoder);
            written(decode(decoder, exif.as_deref())?, Format::Jpeg, exif.as_deref())
        }
        Format::Png => {
            let mut decoder = PngDecoder::with_limits(input.reader(), limits(DECODED_BYTES))?;
            let exif = exif_of(&mut decoder);
            written(decode(decoder, exif.as_deref())?, Format::Png, exif.as_deref())
        }
        Format::WebP => of_webp(input),
        Format::Gif => of_gif(input),
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
    if !is_decoded(width, height) || decoder.total_bytes() > DECODED_BYTES {
        return Err(NotMade::TooMuch);
    }
    decoder.set_limits(limits(DECODED_BYTES))?;
    let mut image = of_a_size_that_is_kept(DynamicImage::from_decoder(decoder)?);
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

/// Halved when it is very large, before it is turned: turning takes the same memory once more.
fn of_a_size_that_is_kept(image: DynamicImage) -> DynamicImage {
    if u64::from(image.width()) * u64::from(image.height()) <= FULL_PIXELS {
        return image;
    }
    halved(&image)
}

fn written(image: DynamicImage, format: Format, exif: Option<&[u8]>) -> Result<Picture, NotMade> {
    let (width, height) = (image.width(), image.height());
    let thumbnail = thumbnail(&image)?;
    let bytes = match format {
        Format::Jpeg => jpeg(image, QUALITY)?,
        Format::Png => encoded(|out| eight_bits(image).write_with_encoder(PngEncoder::new(out)))?,
        Format::WebP => {
            let image = DynamicImage::from(image.into_rgba8());
            encoded(|out| image.write_with_encoder(WebPEncoder::new_lossless(out)))?
        }
        _ => return Err(NotMade::Unreadable),
    };
    Ok(Picture {
        format,
        width,
        height,
        bytes,
        thumbnail,
        taken_at: exif.and_then(exif::place),
    })
}

fn encoded(write: impl FnOnce(&mut Vec<u8>) -> Result<(), ImageError>) -> Result<Vec<u8>, NotMade> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(bytes)
}

fn jpeg(image: DynamicImage, quality: u8) -> Result<Vec<u8>, NotMade> {
    let image = match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image,
        _ => DynamicImage::from(image.into_rgb8()),
    };
    encoded(|out| image.write_with_encoder(JpegEncoder::new_with_quality(out, quality)))
}

/// No more than a screen shows.
fn eight_bits(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma16(_) => DynamicImage::from(image.into_luma8()),
        DynamicImage::ImageLumaA16(_) => DynamicImage::from(image.into_luma_alpha8()),
        DynamicImage::ImageRgb16(_) => DynamicImage::from(image.into_rgb8()),
        DynamicImage::ImageRgba16(_) => DynamicImage::from(image.into_rgba8()),
        _ => image,
    }
}

/// At most [`THUMBNAIL_SIDE`] on its longest side, never larger than the picture; what is transparent is white.
fn thumbnail(image: &DynamicImage) -> Result<Vec<u8>, NotMade> {
    let longest = |image: &DynamicImage| image.width().max(image.height());
    let mut nearly = Cow::Borrowed(image);
    while longest(&nearly) >= 4 * THUMBNAIL_SIDE {
        nearly = Cow::Owned(halved(&nearly));
    }
    let small = if longest(&nearly) <= THUMBNAIL_SIDE {
        nearly.into_owned()
    } else {
        nearly.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    };
    if !small.color().has_alpha() {
        return jpeg(small, THUMBNAIL_QUALITY);
    }
    let mut rgb = image::RgbImage::new(small.width(), small.height());
    for (x, y, pixel) in small.into_rgba8().enumerate_pixels() {
        let [colours @ .., alpha] = pixel.0;
        let over_white = |colour: u8| {
            let mixed = (u32::from(colour) * u32::from(alpha) + 255 * u32::from(255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        rgb.put_pixel(x, y, image::Rgb(colours.map(over_white)));
    }
    jpeg(DynamicImage::from(rgb), THUMBNAIL_QUALITY)
}

/// A sticker keeps what is transparent; a photograph becomes a JPEG, which is a tenth of what WebP without loss would be;
/// an animation stays one, without what else is in it.
fn of_webp(input: &(impl Source + ?Sized)) -> Result<Picture, NotMade> {
    if input.length() > WEBP_BYTES {
        return Err(NotMade::TooMuch);
    }
    let decoder = WebPDecoder::new(input.reader())?;
    let bytes = input.piece(0, usize::MAX);
    // Not asked of the decoder: that makes room for as many bytes as the block says it has.
    let exif = webp::exif(&bytes);
    if decoder.has_animation() {
        return of_animated_webp(&bytes, exif);
    }
    let image = decode(decoder, exif)?;
    let format = if image.color().has_alpha() { Format::WebP } else { Format::Jpeg };
    written(image, format, exif)
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
fn of_gif(input: &(impl Source + ?Sized)) -> Result<Picture, NotMade> {
    let mut decoder = GifDecoder::new(input.reader())?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if !is_decoded(width, height) || pixels > FRAME_PIXELS {
        return Err(NotMade::TooMuch);
    }
    // A frame has a size of its own, which the size of the picture says nothing about.
    decoder.set_limits(limits(pixels * 4 * BUFFERS + FRAME_BEYOND))?;
    let (mut out, mut small, mut seen) = (Vec::new(), None, 0_u64);
    {
        let mut encoder = GifEncoder::new_with_speed(&mut out, GIF_SPEED);
        for (index, frame) in decoder.into_frames().enumerate() {
            seen += pixels;
            if index >= FRAMES_MAX || seen > PIXELS_MAX {
                return Err(NotMade::TooMuch);
            }
            let mut frame: Frame = frame?;
            if small.is_none() {
                encoder.set_repeat(Repeat::Infinite)?;
                let (delay, first) = (frame.delay(), DynamicImage::from(frame.into_buffer()));
                small = Some(thumbnail(&first)?);
                frame = Frame::from_parts(first.into_rgba8(), 0, 0, delay);
            }
            encoder.encode_frame(frame)?;
        }
    }
    let thumbnail = small.ok_or(NotMade::Unreadable)?;
    Ok(Picture {
        format: Format::Gif,
        width,
        height,
        bytes: out,
        thumbnail,
        taken_at: None,
    })
}
