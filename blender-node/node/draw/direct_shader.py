"""The direct renderer's shaders of surfaces: one pass, all light in view space."""

import functools

import gpu

from draw import lights

_TYPES = '''
struct Light {
  vec4 place;
  vec4 colour;
  vec4 aim;
};
struct Scene {
  mat4 projection;
  Light lights[%d];
  vec4 ambient; /* linear RGB; w: 0 */
  vec4 up;      /* the world's up in view space */
};
''' % lights.MAX_LIGHTS

ENCODE = '''
/* sRGB's curve by square roots (Ian Taylor): within 0.002, and far cheaper than pow. */
vec3 encode(vec3 c)
{
  c = clamp(c, 0.0, 1.0);
  vec3 s1 = sqrt(c);
  vec3 s2 = sqrt(s1);
  vec3 s3 = sqrt(s2);
  return 0.662002687 * s1 + 0.684122060 * s2 - 0.323583601 * s3 - 0.0225411470 * c;
}
'''

# Light adds up linearly, but the image is stored and blended in sRGB. The added term is exact
# before a dim backdrop of 0.05 and close before others, so that a glow in the dark keeps its rim.
# The square approximates sRGB's curve.
_SEEN = '''
vec4 seen(vec3 c, float alpha)
{
#ifdef BLENDED
  alpha = clamp(alpha, 0.0, 1.0);
  float clear = 1.0 - alpha;
  return vec4(max(sqrt(alpha * c * c + 0.05 * clear) - sqrt(0.05) * clear, 0.0), alpha);
#else
  return vec4(c, 1.0);
#endif
}
'''

# Shared by the shaders of lit surfaces. v: unit vector towards the eye.
_SHADE = '''
/* What a surface reflects of white surroundings: GGX over the hemisphere, split sum in the form of
 * Brian Karis (2014). x, y: of f0 and of white. */
vec2 reflected(float roughness, float nv)
{
  vec4 r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
  float a = min(r.x * r.x, exp2(-9.28 * nv)) * r.x + r.y;
  return vec2(-1.04, 1.04) * a + r.zw;
}

/* The share of a light that a surface takes; nl: cosine between its normal and the light. */
float taken(float nl)
{
#ifdef TOON
  /* Three steps with soft edges: shade, half light, light. */
  return 0.45 * smoothstep(0.0, 0.06, nl) + 0.55 * smoothstep(0.42, 0.48, nl);
#else
  return clamp(nl, 0.0, 1.0);
#endif
}

/* One light on one surface: Lambert, and GGX with Smith's shadowing but without Fresnel.
 * light: the radiance of a white matte surface facing it. nv: cosine between the normal and v, unclamped.
 * a: roughness squared. The half vector is not needed: it is (l + v) / sqrt(q). */
void shine(vec3 l, vec3 light, vec3 n, vec3 v, float nv, float a, inout vec3 matte,
           inout vec3 mirrored)
{
  float cosine = dot(n, l);
  vec3 c = light * taken(cosine);
  matte += c;
#ifndef TOON
  float nl = max(cosine, 0.0);
  float seen = max(nv, 0.0);
  float q = max(2.0 + 2.0 * dot(l, v), 1e-4);
  float s = max(cosine + nv, 0.0);
  float d = s * s * (a * a - 1.0) + q;
  mirrored += c * (0.5 * a * a * q * q / (d * d * (mix(2.0 * nl * seen, nl + seen, a) + 1e-4)));
#endif
}

vec3 shade(vec3 n, vec3 v, vec3 place, vec3 base, vec3 glow, vec4 gloss)
{
  float nv = dot(n, v);
  float a = gloss.w * gloss.w;
  /* The world, a little brighter from above. */
  vec3 matte = scene.ambient.rgb * (0.92 + 0.08 * dot(n, scene.up.xyz));
  vec3 mirrored = vec3(0.0);
  for (int i = 0; i < SUNS; i++) {
    shine(scene.lights[i].place.xyz, scene.lights[i].colour.rgb, n, v, nv, a, matte, mirrored);
  }
#if LAMPS > 0
  for (int i = SUNS; i < SUNS + LAMPS; i++) {
    vec3 d = scene.lights[i].place.xyz - place;
    float d2 = max(dot(d, d), 1e-4);
    vec3 l = d * inversesqrt(d2);
    float side = -dot(l, scene.lights[i].aim.xyz);
    float fall = mix(1.0, max(side, 0.0), scene.lights[i].place.w) / d2;
    fall *= clamp((side - scene.lights[i].colour.w) * scene.lights[i].aim.w, 0.0, 1.0);
    shine(l, scene.lights[i].colour.rgb * fall, n, v, nv, a, matte, mirrored);
  }
#endif
#ifdef TOON
  return encode(base * matte + glow);
#else
  /* As EEVEE has it: Fresnel of the view, the same for all lights and the world. */
  vec2 part = reflected(gloss.w, max(nv, 0.0));
  vec3 fresnel = gloss.rgb * part.x + part.y * clamp(gloss.g * 50.0, 0.0, 1.0);
  mirrored = mirrored / (part.x + part.y) + scene.ambient.rgb;
  return encode(base * matte + glow + fresnel * mirrored);
#endif
}

/* The cofactors turn normals right under any scale. */
vec3 turn(mat4 to, vec3 n)
{
  mat3 m = mat3(to);
  return cross(m[1], m[2]) * n.x + cross(m[2], m[0]) * n.y + cross(m[0], m[1]) * n.z;
}
'''

_LIT_VERTEX = ENCODE + _SHADE + '''
void main()
{
  vec4 place = modelview * vec4(pos, 1.0);
  v_normal = turn(modelview, nor);
  v_base = base;
  v_glow = glow;
  v_gloss = gloss;
  v_place = place.xyz;
#ifdef TEXTURED
  v_uv = uv;
#endif
  gl_Position = scene.projection * place;
}
'''

# image_use: how much of the image multiplies base, glow, alpha; w: alpha below which it is cut.
_TEXEL = '''
#ifdef TEXTURED
#ifdef REPEAT
  vec4 texel = texture(image, v_uv);
#else
  /* A little more than half: at exactly half, samplers that round take the opposite edge. */
  vec2 half_pixel = 0.51 / vec2(textureSize(image, 0));
  vec4 texel = textureLod(image, clamp(v_uv, half_pixel, 1.0 - half_pixel), 0.0);
#endif
#ifdef CLIP
  texel *= float(all(equal(v_uv, clamp(v_uv, 0.0, 1.0))));
#endif
  base.rgb *= mix(vec3(1.0), texel.rgb, image_use.x);
  glow *= mix(vec3(1.0), texel.rgb, image_use.y);
  base.a *= mix(1.0, texel.a, image_use.z);
  if (base.a < image_use.w) {
    discard;
  }
#endif
'''

_LIT_FRAGMENT = ENCODE + _SEEN + _SHADE + '''
void main()
{
  vec4 base = v_base;
  vec3 glow = v_glow.rgb;
%s
  vec3 n = side * normalize(v_normal);
  vec3 c = shade(n, -normalize(v_place), v_place, base.rgb, glow, v_gloss);
  colour = seen(c, base.a);
}
''' % _TEXEL

_DENSE_VERTEX = ENCODE + _SHADE + '''
void main()
{
  vec4 place = modelview * vec4(pos, 1.0);
  vec3 n = side * normalize(turn(modelview, nor));
  v_colour = vec4(shade(n, -normalize(place.xyz), place.xyz, base.rgb, glow.rgb, gloss), base.a);
  gl_Position = scene.projection * place;
}
'''

_PASS_FRAGMENT = _SEEN + '''
void main()
{
  colour = seen(v_colour.rgb, v_colour.a);
}
'''

_UNLIT_VERTEX = ENCODE + '''
void main()
{
  v_colour = vec4(encode(glow.rgb), base.a);
  gl_Position = scene.projection * (modelview * vec4(pos, 1.0));
}
'''

_IMAGE_VERTEX = '''
void main()
{
  v_base = base;
  v_glow = glow;
#ifdef MATCAP
  /* Where the surface lies on a ball seen from the camera. */
  mat3 m = mat3(modelview);
  vec3 n = normalize(cross(m[1], m[2]) * nor.x + cross(m[2], m[0]) * nor.y +
                     cross(m[0], m[1]) * nor.z);
  v_uv = 0.5 + 0.485 * n.xy;
#else
  v_uv = uv;
#endif
  gl_Position = scene.projection * (modelview * vec4(pos, 1.0));
}
'''

_IMAGE_FRAGMENT = ENCODE + _SEEN + '''
void main()
{
  vec4 base = v_base;
  vec3 glow = v_glow.rgb;
%s
  vec3 c = encode(glow);
  colour = seen(c, base.a);
}
''' % _TEXEL


def _info(name, attributes, extension=None, **defines):
    """(info, interface) of a shader. attributes: names in the order of slots,
    after pos. extension: of its image, or None without one. defines: macros: a
    number, True to define it, False not to."""
    info = gpu.types.GPUShaderCreateInfo()
    for macro, value in defines.items():
        if value is not False:
            info.define(macro, str(int(value)))
    info.typedef_source(_TYPES)
    info.uniform_buf(0, 'Scene', 'scene')
    info.push_constant('MAT4', 'modelview')
    info.vertex_in(0, 'VEC3', 'pos')
    for slot, attribute in enumerate(attributes, 1):
        kind = {'nor': 'VEC3', 'uv': 'VEC2'}.get(attribute, 'VEC4')
        info.vertex_in(slot, kind, attribute)
    info.fragment_out(0, 'VEC4', 'colour')
    if extension is not None:
        info.define('TEXTURED', '1')
        info.define(extension, '1')
        info.sampler(0, 'FLOAT_2D', 'image')
        info.push_constant('VEC4', 'image_use')
    return info, gpu.types.GPUStageInterfaceInfo(name)


def make(info, between, vertex, fragment):
    """The shader of an info, an interface between its stages, and their sources."""
    info.vertex_out(between)
    info.vertex_source(vertex)
    info.fragment_source(fragment)
    return gpu.shader.create_from_info(info)


@functools.lru_cache(maxsize=None)
def lit(suns, lamps, extension, toon, blended):
    """Shades each pixel, for that many lights.

    extension: of its image, None without one. Attributes: pos, nor (VEC3); base
    (RGB, alpha), glow (RGB, 0), gloss (RGB reflected head on, roughness) (VEC4);
    with an image: uv (VEC2). Constants: side, 1 for front faces, -1 for back
    faces; with an image: image_use. Block: scene.
    """
    names = ('nor', 'base', 'glow', 'gloss') + (('uv',) if extension else ())
    info, between = _info('effigy_lit', names, SUNS=suns, LAMPS=lamps,
                          extension=extension, TOON=toon, BLENDED=blended)
    info.push_constant('FLOAT', 'side')
    between.smooth('VEC3', 'v_normal')
    between.smooth('VEC3', 'v_place')
    between.smooth('VEC4', 'v_base')
    between.flat('VEC4', 'v_glow')
    between.flat('VEC4', 'v_gloss')
    if extension:
        between.smooth('VEC2', 'v_uv')
    return make(info, between, _LIT_VERTEX, _LIT_FRAGMENT)


@functools.lru_cache(maxsize=None)
def dense(suns, lamps):
    """As lit, but shades each vertex: for triangles of a few pixels, where it
    looks the same at half the cost."""
    info, between = _info('effigy_dense', ('nor', 'base', 'glow', 'gloss'), SUNS=suns, LAMPS=lamps)
    info.push_constant('FLOAT', 'side')
    between.smooth('VEC4', 'v_colour')
    return make(info, between, _DENSE_VERTEX, _PASS_FRAGMENT)


@functools.lru_cache(maxsize=None)
def unlit(blended):
    """For surfaces that only emit light. Attributes: pos, base (its alpha), glow."""
    info, between = _info('effigy_unlit', ('base', 'glow'), BLENDED=blended)
    between.smooth('VEC4', 'v_colour')
    return make(info, between, _UNLIT_VERTEX, _PASS_FRAGMENT)


@functools.lru_cache(maxsize=None)
def unlit_image(extension, matcap, blended):
    """As unlit, times an image: by its UV map, or as a matcap by the normal."""
    info, between = _info('effigy_image', ('base', 'glow') + (('nor',) if matcap else ('uv',)),
                          extension, MATCAP=matcap, BLENDED=blended)
    between.smooth('VEC4', 'v_base')
    between.smooth('VEC4', 'v_glow')
    between.smooth('VEC2', 'v_uv')
    return make(info, between, _IMAGE_VERTEX, _IMAGE_FRAGMENT)
